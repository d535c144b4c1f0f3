import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cloudEvent } from './envelope.ts';
import { eventsByType } from './events/index.ts';
import { readEvent } from './read-event.ts';
import { rpcs } from './rpc/catalogue.ts';

// These files are what earlier versions have put on the bus. Add files; never change or remove one.

const folder = new URL('./golden/', import.meta.url);
const namesIn = (path: string) => readdirSync(new URL(path, folder)).filter((name) => name.endsWith('.json'));
const text = (path: string) => readFileSync(new URL(path, folder), 'utf8');

const events = namesIn('.');
const calls = namesIn('calls/');

const memberPathOf = (path: string | undefined) => path?.replace('{mailboxId}.', '{mailboxId}.member_');

describe('golden events', () => {
  it('hold one of every type', () => {
    const types = new Set(events.map((name) => name.split('.')[0]));
    expect([...types].sort()).toEqual([...eventsByType.keys()].sort());
  });

  it.each(events)('%s can still be read, and no field of it is lost', (name) => {
    const body = text(name);
    const received = readEvent(body);
    expect(`${received.type}.v1`).toBe(name.split('.').slice(0, 2).join('.'));
    // Fields that came later have got their defaults.
    expect(received.data).toMatchObject(JSON.parse(body).data);
    expect(cloudEvent.parse(JSON.parse(body))).toEqual(JSON.parse(body));
  });

  it.each(events)('%s is on the path that its definition names', (name) => {
    const { event } = readEvent(text(name));
    const definition = eventsByType.get(event.type);
    // What only one member is told has a place of its own below the mailbox.
    const template = event.data.memberUserId === undefined ? definition?.path : memberPathOf(definition?.path);
    const subject = template?.replace(/\{(\w+)\}/g, (_, field: string) => String(event.data[field]));
    expect(event.subject).toBe(subject);
    expect(event.source).toBe(`/aftertone/c1/${definition?.service}`);
  });
});

describe('golden calls', () => {
  it('hold one of every call', () => {
    expect(calls.sort()).toEqual(rpcs.map(({ service, name }) => `${service}.${name}.json`).sort());
  });

  it.each(calls)('%s is still understood, and no field of the reply is lost', (name) => {
    const rpc = rpcs.find((candidate) => name === `${candidate.service}.${candidate.name}.json`);
    const { input, output } = JSON.parse(text(`calls/${name}`));
    expect(rpc?.input.safeParse(input).error).toBeUndefined();
    expect({ output: rpc?.output.parse(output) }).toMatchObject({ output });
  });
});
