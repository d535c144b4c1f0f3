import { describe, expect, it } from 'vitest';
import { etagOf, ifMadeOf, isNotModified, versionOf } from './etag.ts';

describe('If-Match', () => {
  it('names the version whose tag it is', () => {
    expect(versionOf(etagOf(7))).toBe(7);
    expect(versionOf(etagOf(0))).toBe(0);
    expect(versionOf(undefined)).toBeUndefined();
    expect(versionOf('*')).toBeUndefined();
  });

  it.each(['7', 'W/"7"', '"seven"', '"07"', '', 'W/"7", "x"', '"99999999999999999999"'])(
    '%s matches no version',
    (text) => {
      expect(() => versionOf(text)).toThrow(expect.objectContaining({ code: 'version-mismatch' }));
    },
  );
});

it('If-Match may list tags, of which one is a version', () => {
  expect(versionOf('"other", W/"5" , "7"')).toBe(7);
  expect(versionOf('"7","7"')).toBe(7);
  expect(() => versionOf('"77", "5"')).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});

it('If-None-Match names any of the tags it lists, weak or not', () => {
  expect(isNotModified('"1", W/"2"', 2)).toBe(true);
  expect(isNotModified('*', 2)).toBe(true);
  expect(isNotModified('"3"', 2)).toBe(false);
  expect(isNotModified(undefined, 2)).toBe(false);
});

it('* in If-Match and If-None-Match asks whether somebody has made it', () => {
  expect(ifMadeOf({})).toBeUndefined();
  expect(ifMadeOf({ 'if-match': '"3"' })).toBeUndefined();
  expect(ifMadeOf({ 'if-match': ' * ' })).toBe(true);
  expect(ifMadeOf({ 'if-none-match': '*' })).toBe(false);
  const both = { 'if-match': '*', 'if-none-match': '*' };
  expect(() => ifMadeOf(both)).toThrow(expect.objectContaining({ code: 'version-mismatch' }));
  expect(() => ifMadeOf({ 'if-none-match': '"3"' })).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});
