import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing, parseKeks } from '../sealing/keks.ts';
import type { EventCodec } from '../types.ts';
import { codecFinder, Decoder, type StoredData } from './decode.ts';

const decoder = new Decoder(new KeyRing(parseKeks(randomBytes(32).toString('base64'))));
const row = (schema_version: number, data: object): StoredData => ({
  ...{ version: 1, event_id: 'e', type: 'T', schema_version, data },
  ...{ sealed: null, key_id: null, wrapped: null },
});
const codec: EventCodec = {
  schemaVersion: 3,
  upcasters: [
    (data: { seconds: number }) => ({ ms: data.seconds * 1000 }),
    (data: { ms: number }) => ({ durationMs: data.ms }),
  ],
};

describe('a stored shape', () => {
  it.each([
    ['the first', 1, { seconds: 2 }],
    ['the second', 2, { ms: 2000 }],
    ['the newest', 3, { durationMs: 2000 }],
  ])('is read as the newest: %s', (_name, version, data) => {
    expect(decoder.data('t', row(version, data), codec)).toEqual({ durationMs: 2000 });
  });

  it('of a newer version, or of an unknown type, is read as it is', () => {
    expect(decoder.data('t', row(4, { durationMs: 1, more: true }), codec)).toEqual({ durationMs: 1, more: true });
    expect(decoder.data('t', row(1, { seconds: 2 }), undefined)).toEqual({ seconds: 2 });
  });
});

describe('codecFinder', () => {
  it('takes the longest kind that a stream can be of', () => {
    const other: EventCodec = { schemaVersion: 9 };
    const find = codecFinder([
      { type: 'push', codecs: { T: codec } },
      { type: 'push-device', codecs: { T: other } },
    ]);
    expect(find('push-1', 'T')).toBe(codec);
    expect(find('push-device-1', 'T')).toBe(other);
    expect(find('push-1', 'Unknown')).toBeUndefined();
    expect(find('pusher-1', 'T')).toBeUndefined();
  });
});
