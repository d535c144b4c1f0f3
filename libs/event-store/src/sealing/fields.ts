import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { openBox, sealBox } from './box.ts';
import type { KeyRing } from './keks.ts';

/** The key of one stream's sealed fields. */
export interface DataKey {
  id: string;
  key: KeyObject;
}

const keyBinding = (tenantId: string, keyId: string): string => `key:${tenantId}:${keyId}`.toLowerCase();
const eventBinding = (tenantId: string, eventId: string): string => `event:${tenantId}:${eventId}`.toLowerCase();

/** A new random data key and its wrapped form for `subject_key`. */
export function makeDataKey(ring: KeyRing, tenantId: string): { dataKey: DataKey; wrapped: Buffer } {
  const [id, bytes] = [randomUUID(), randomBytes(32)];
  return {
    dataKey: { id, key: createSecretKey(bytes) },
    wrapped: ring.wrap(bytes, keyBinding(tenantId, id)),
  };
}

export const unwrapDataKey = (ring: KeyRing, tenantId: string, keyId: string, wrapped: Buffer): DataKey => ({
  id: keyId,
  key: createSecretKey(ring.unwrap(wrapped, keyBinding(tenantId, keyId))),
});

/** The same data key under the ring's current key-encryption key. */
export const rewrap = (ring: KeyRing, tenantId: string, keyId: string, wrapped: Buffer): Buffer =>
  ring.wrap(ring.unwrap(wrapped, keyBinding(tenantId, keyId)), keyBinding(tenantId, keyId));

/** Takes the named fields out of `data`. `sealed` is null when none of them is there. */
export function splitSealed(data: object, fields: readonly string[]): { open: object; sealed: object | null } {
  const entries = Object.entries(data);
  const isSealed = ([name, value]: [string, unknown]): boolean => fields.includes(name) && value !== undefined;
  if (fields.length === 0 || !entries.some(isSealed)) return { open: data, sealed: null };
  return {
    open: Object.fromEntries(entries.filter((entry) => !isSealed(entry))),
    sealed: Object.fromEntries(entries.filter(isSealed)),
  };
}

/** The box is bound to tenant and event: it cannot be moved to another event unnoticed. */
export const sealFields = (fields: object, dataKey: DataKey, tenantId: string, eventId: string): Buffer =>
  sealBox(Buffer.from(JSON.stringify(fields)), dataKey.key, eventBinding(tenantId, eventId));

export const openFields = (box: Buffer, dataKey: DataKey, tenantId: string, eventId: string): object =>
  JSON.parse(openBox(box, dataKey.key, eventBinding(tenantId, eventId)).toString('utf8'));
