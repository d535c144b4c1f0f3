import { describe, expect, it } from 'vitest';
import { comparePlaces, partOf, placeAfter, placeBehind, readCursor, writeCursor } from './places.ts';

describe('the cursor', () => {
  it('holds the place in every log', () => {
    const places = { mailbox: { position: 12, part: 1 }, gateway: { position: 900_000_000, part: 0 } };
    expect(readCursor(writeCursor(places))).toEqual(places);
  });

  it('goes into a header or URL as it is', () => {
    expect(writeCursor({ mailbox: { position: 1, part: 0 }, notify: { position: 2, part: 3 } })).toMatch(/^[\w-]+$/);
  });

  it.each(['first', '0'])('of %s is the beginning of all four logs', (word) => {
    const first = { position: 1, part: 0 };
    expect(readCursor(word)).toEqual({ mailbox: first, media: first, notify: first, gateway: first });
  });

  it.each(['', '!', 'abc', Buffer.from('m0.0').toString('base64url'), Buffer.from('x1.0').toString('base64url')])(
    'is refused when it is %j',
    (text) => {
      expect(() => readCursor(text)).toThrow(expect.objectContaining({ code: 'cursor-invalid' }));
    },
  );
});

describe('a place', () => {
  it('orders by position, then part', () => {
    const at = { position: 3, part: 1 };
    expect(comparePlaces(at, placeAfter(at))).toBeLessThan(0);
    expect(comparePlaces(placeAfter(at), placeBehind(3))).toBeLessThan(0);
    expect(comparePlaces({ position: 10, part: 0 }, { position: 9, part: 5 })).toBeGreaterThan(0);
  });

  it('is found in the id of a contract event', () => {
    expect(partOf('01964c31-2b3c-7d4e-8f50-617283940a04')).toBe(0);
    expect(partOf('01964c31-2b3c-7d4e-8f50-617283940a04.2')).toBe(2);
  });
});
