import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { splitSealed } from './fields.ts';
import { KeyRing, parseKeks } from './keks.ts';

const base64 = (): string => randomBytes(32).toString('base64');

describe('parseKeks', () => {
  it('reads named keys in order, and names one by its fingerprint that has no name', () => {
    const [first, second] = [base64(), base64()];
    const keks = parseKeks(`main:${first}, ${second}`);
    expect(keks.map(({ key }) => key.export().toString('base64'))).toEqual([first, second]);
    expect(keks[0].id).toBe('main');
    expect(keks[1]?.id).toBe(parseKeks(second)[0].id);
    expect(keks[1]?.id).not.toBe(parseKeks(base64())[0].id);
  });

  it.each(['', 'a:', 'a:not base64!', `a:${randomBytes(31).toString('base64')}`, 'main:abc,'])(
    'refuses %j and says which, without showing it',
    (setting) => expect(() => parseKeks(setting)).toThrow(/^key-encryption key 1 is not 32 bytes of base64$/),
  );
});

describe('a key ring', () => {
  const dataKey = randomBytes(32);

  it('opens what it wrapped, only for what it was wrapped for', () => {
    const ring = new KeyRing(parseKeks(base64()));
    const wrapped = ring.wrap(dataKey, 'tenant a');
    expect(wrapped.includes(dataKey)).toBe(false);
    expect(ring.unwrap(wrapped, 'tenant a')).toEqual(dataKey);
    expect(() => ring.unwrap(wrapped, 'tenant b')).toThrow();
  });

  it('tells a missing key from a wrong one', () => {
    const wrapped = new KeyRing(parseKeks(`a:${base64()}`)).wrap(dataKey, 'x');
    expect(() => new KeyRing(parseKeks(`a:${base64()}`)).unwrap(wrapped, 'x')).toThrow('is not the one');
    expect(() => new KeyRing(parseKeks(`b:${base64()}`)).unwrap(wrapped, 'x')).toThrow('not configured');
  });
});

describe('splitSealed', () => {
  it('takes out what is there, and leaves data alone that has nothing to seal', () => {
    const data = { a: 1, b: null, c: undefined };
    expect(splitSealed(data, ['b', 'c', 'd'])).toEqual({ open: { a: 1, c: undefined }, sealed: { b: null } });
    expect(splitSealed(data, ['c', 'd'])).toEqual({ open: data, sealed: null });
  });
});
