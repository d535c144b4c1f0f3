import { readdirSync, readFileSync } from 'node:fs';
import { HTTP, CloudEvent as SdkEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../envelope.ts';
import { readEvent } from '../read-event.ts';
import { toBinary, toStructured } from './bus-message.ts';
import { NotAnEvent } from './read-envelope.ts';

interface Vector {
  headers: Record<string, string>;
  body: string;
  event?: CloudEvent;
  type?: 'unknown';
  refused?: true;
}

const folder = new URL('../../vectors/cloudevents/', import.meta.url);
const vector = (name: string): Vector => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const bytes = (text: string) => new TextEncoder().encode(text);

/** Looks names up exactly, as the NATS client does. */
const headersOf = (headers: Record<string, string>) => ({
  get: (name: string) => headers[name] ?? '',
  keys: () => Object.keys(headers),
});

const read = ({ headers, body }: Vector) => readEvent(bytes(body), headersOf(headers));

describe('readEvent', () => {
  it.each(names.filter((name) => !vector(name).refused))('understands %s', (name) => {
    const { event, type } = vector(name);
    expect(read(vector(name))).toMatchObject({ type: type ?? event?.type, event });
    expect(read(vector(name)).event).toEqual(event);
  });

  it.each(names.filter((name) => vector(name).refused))('refuses %s', (name) => {
    expect(() => read(vector(name))).toThrow(NotAnEvent);
  });

  it('reads both modes through headers that cannot be listed', () => {
    for (const name of ['structured', 'binary']) {
      const { headers, body, event } = vector(name);
      expect(readEvent(body, { get: (key) => headers[key] }).event).toEqual(event);
    }
  });
});

describe('the writers', () => {
  it.each(['structured', 'structured-unknown-type'])('write %s', (name) => {
    const { headers, body, event } = vector(name);
    const written = toStructured(event as CloudEvent);
    expect(written.headers).toEqual(headers);
    expect(JSON.parse(new TextDecoder().decode(written.body))).toEqual(JSON.parse(body));
  });

  it.each(['binary', 'binary-percent-encoding', 'binary-unknown-type'])('write %s', (name) => {
    const { headers, body, event } = vector(name);
    const written = toBinary(event as CloudEvent);
    expect(written.headers).toEqual(headers);
    expect(new TextDecoder().decode(written.body)).toBe(body);
  });

  it('leave out attributes that are not there', () => {
    expect(toBinary({ ...(vector('binary').event as CloudEvent), causationid: undefined }).headers).not.toHaveProperty(
      'ce-causationid',
    );
  });
});

// The SDK has no NATS binding, but that of HTTP, with which this one shares the header names: only datacontenttype is
// elsewhere, and values are not percent-encoded.
describe('the CloudEvents SDK', () => {
  const binary = (headers: Record<string, string>) => ({ 'content-type': headers['ce-datacontenttype'], ...headers });

  it('reads both modes as we do', () => {
    for (const name of ['structured', 'structured-copy', 'binary', 'binary-content-type']) {
      const { headers, body, event } = vector(name);
      const received = HTTP.toEvent({ headers: name.startsWith('binary') ? binary(headers) : headers, body });
      if (Array.isArray(received)) throw new Error('read as a batch');
      const { sequence, streamversion, ...rest } = JSON.parse(received.toString());
      expect({ ...rest, sequence: Number(sequence), streamversion: Number(streamversion) }).toEqual(event);
    }
  });

  it('refuses what lacks an attribute that every CloudEvent has', () => {
    for (const attribute of ['source', 'type']) {
      const { headers, body } = vector(`refused-binary-without-${attribute}`);
      expect(() => (HTTP.toEvent({ headers: binary(headers), body }) as SdkEvent).validate()).toThrow();
    }
  });

  it('writes what we read', () => {
    const { event } = vector('binary');
    for (const write of [HTTP.binary, HTTP.structured]) {
      const { headers, body } = write(new SdkEvent(event as CloudEvent));
      const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      expect(readEvent(String(body), headersOf(texts)).event).toEqual(event);
    }
  });
});
