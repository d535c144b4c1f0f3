import { randomFillSync } from 'node:crypto';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any 128-bit GUID is an id: import keeps foreign ones, so version and variant are not looked at. */
export const isId = (text: string): boolean => uuidPattern.test(text);

/** Random bytes are fetched for many ids at once: asking for a few costs as much as asking for thousands. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

const randomBytes = (): Buffer => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
};

let lastMilliseconds = 0;
let counter = 0;

/** A new UUIDv7 (RFC 9562), ascending within this process also inside one millisecond (method 1: a 12-bit counter). */
export const newId = (now: number = Date.now()): string => {
  const bytes = randomBytes();
  if (now > lastMilliseconds) {
    lastMilliseconds = now;
    counter = bytes.readUInt16BE(6) & 0x7ff; // the top bit stays free for counting up
  } else if (++counter > 0xfff) {
    lastMilliseconds += 1; // the counter is used up: borrow from the next millisecond
    counter = 0;
  }
  bytes.writeUIntBE(lastMilliseconds, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
