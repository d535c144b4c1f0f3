import specs from '@asyncapi/specs';
import { Ajv, type AnySchemaObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { eventDefinitions } from '../events/index.ts';
import { rpcs } from '../rpc/catalogue.ts';
import { serviceSubjects } from '../subjects.ts';
import { newSubscription } from '../subscription.ts';
import { asyncApi } from './asyncapi.ts';
import { eventJsonSchema } from './event-messages.ts';
import { eventSamples } from './samples.ts';

const document = asyncApi('1.2.3');
const channels: Record<string, { address: string | null; 'x-access'?: unknown }> = document.channels;
const operations: Record<string, object> = document.operations;

const loose = { strict: false, validateFormats: false } as const;

/** Every `$ref` in a JSON value. */
const refsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : refsIn(member),
  );
};

const resolve = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
      document,
    );

const covers = (filter: string, subject: string): boolean => {
  const tokens = subject.split('.');
  return filter.split('.').every((part, n) => part === '>' || part === '*' || part === tokens[n]);
};

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    const validate = new Ajv({ ...loose, allErrors: true }).compile(specs.schemasWithoutId['3.0.0'] as AnySchemaObject);
    validate(JSON.parse(JSON.stringify(document)));
    expect(validate.errors).toBeNull();
  });

  it('has no reference into the void', () => {
    const refs = refsIn(document).filter((ref) => ref.startsWith('#/'));
    expect(refs.length).toBeGreaterThan(200);
    expect(refs.filter((ref) => resolve(ref) === undefined)).toEqual([]);
  });

  it('names the access of every channel and operation', () => {
    for (const [name, item] of [...Object.entries(channels), ...Object.entries(operations)]) {
      expect(item, name).toHaveProperty('x-access');
    }
    expect(channels['message_created.personal']).toMatchObject({
      address: 'evt.{tenantId}.users.{userId}.voicemails.messages.created',
      'x-access': 'events.users.{userId}.voicemails.messages.created',
    });
    expect(channels['mailbox.create-mailbox']).toMatchObject({
      address: 'cmd.{cell}.mailbox.create-mailbox',
      'x-access': null,
    });
  });

  it('tells with every event who may have it and how', () => {
    const { message_created: created, user_created: user } = document.components.messages as Record<string, object>;
    expect(created).toMatchObject({
      'x-access': {
        canonical: 'events.mailboxes.{mailboxId}.messages.created',
        personal: 'events.users.{userId}.voicemails.messages.created',
        group: 'events.voicemails.groups.{mailboxId}.messages.created',
        global: 'events.voicemails.global.messages.created',
      },
      'x-stream': 'EVT_{cell}_mailbox',
      'x-durable': { create: { path: '/v1/subscriptions', body: { types: ['message_created'] } } },
    });
    expect(user).toHaveProperty('x-access', { canonical: 'events.identity.users.{userId}.created' });
    for (const { type, service } of eventDefinitions) {
      expect(document.components.messages).toHaveProperty([type, 'x-stream'], `EVT_{cell}_${service}`);
      const body = { name: 'my-program', types: [type], after: 'now' };
      expect(newSubscription.parse(body)).toEqual(body);
    }
  });

  it('has four places for the event of a mailbox, one more for views of members, and one for any other, each in its service’s stream', () => {
    for (const { type, service, audiences, memberViews } of eventDefinitions) {
      const places = Object.entries(channels).filter(([name]) => name.split('.')[0] === type);
      expect(places.length, type).toBe((audiences ? 4 : 1) + (memberViews ? 1 : 0));
      for (const [name, { address }] of places) {
        const subject = (address ?? '').replace(/\{\w+\}/g, 'x');
        expect(
          serviceSubjects[service].some((filter) => covers(filter, subject)),
          name,
        ).toBe(true);
      }
    }
  });

  it('has a request and a reply for every call', () => {
    const received = Object.keys(operations).filter((name) => name.includes('.') && channels[`${name}.reply`]);
    expect(received.sort()).toEqual(rpcs.map(({ service, name }) => `${service}.${name}`).sort());
  });

  it('shows examples that fit their own schemas', () => {
    const ajv = new Ajv(loose);
    for (const [name, message] of Object.entries<{ payload: object; examples?: { payload: unknown }[] }>(
      document.components.messages,
    )) {
      for (const example of message.examples ?? []) {
        expect(ajv.validate(message.payload, example.payload), `${name}: ${ajv.errorsText()}`).toBe(true);
      }
    }
  });
});

describe('the JSON Schema of an event', () => {
  it.each(eventDefinitions.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
    const validate = new Ajv2020(loose).compile(eventJsonSchema(definition));
    const [sample] = eventSamples(type);
    const event = structuredClone(sample?.payload);
    expect(validate(event)).toBe(true);
    expect(validate({ ...Object(event), fromanewerversion: 1 })).toBe(true);
    expect(validate({ ...Object(event), type: 'another' })).toBe(false);
    expect(validate({ ...Object(event), data: {} })).toBe(false);
    const { sequence: _, ...unnumbered } = Object(event);
    expect(validate(unnumbered)).toBe(!definition.audiences || definition.memberViews === true);
  });
});
