import { describe, expect, it } from 'vitest';
import { anyLanguage, extra, id, instant, languageTag, shortText, timezone } from './common.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = [value];
  return value;
};

describe('id', () => {
  it('takes any GUID and keeps it in lower case', () => {
    expect(id.parse('6F9619FF-8B86-D011-B42D-00CF4FC964FF')).toBe('6f9619ff-8b86-d011-b42d-00cf4fc964ff');
    expect(id.safeParse('6F9619FF8B86D011B42D00CF4FC964FF').success).toBe(false);
    expect(id.safeParse('6f9619ff-8b86-d011-b42d-00cf4fc964ff\n').success).toBe(false);
  });
});

describe('instant', () => {
  it('keeps the moment as UTC with milliseconds', () => {
    expect(instant.parse('2026-02-03T04:05:06+01:00')).toBe('2026-02-03T03:05:06.000Z');
  });

  it.each(['yesterday', '', '2026-02-30T00:00:00Z', '2026-02-03T04:05:06', '2026-02-03'])('refuses %j', (text) => {
    expect(instant.safeParse(text).success).toBe(false);
  });

  it.each(['1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'])('takes %s, where its range ends', (text) => {
    expect(instant.safeParse(text).success).toBe(true);
  });

  it.each([
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
  ])('refuses %s, which is out of range', (text) => {
    expect(instant.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
      'must be from 1970-01-01 to 9999-12-31',
    ]);
  });
});

describe('shortText', () => {
  it('replaces what no database and no mail header takes', () => {
    expect(shortText.parse(' Zo\u0000e\r\nBcc: x\ud800 ')).toBe('Zo e Bcc: x\ufffd');
  });

  it('counts after cleaning', () => {
    expect(shortText.safeParse(`  ${'x'.repeat(128)}\n`).success).toBe(true);
    expect(shortText.safeParse('x'.repeat(129)).success).toBe(false);
  });
});

describe('timezone', () => {
  it.each(['Europe/Paris', 'UTC', 'America/Argentina/Buenos_Aires'])('takes %s', (name) => {
    expect(timezone.safeParse(name).success).toBe(true);
  });

  it.each(['+01:00', 'Mars/Olympus', '', 'Europe/Paris\n'])('refuses %j', (name) => {
    expect(timezone.safeParse(name).success).toBe(false);
  });
});

describe('extra', () => {
  it('keeps any JSON of a dialect', () => {
    const value = { wazo: { options: [['a', 'b']], pager: null }, kazoo: {} };
    expect(extra.parse(value)).toEqual(value);
  });

  it.each([
    ['16 kB', { wazo: { text: 'x'.repeat(16_384) } }],
    ['a depth at which JSON functions overflow', { wazo: { deep: nested(200_000) } }],
    ['17 levels', { wazo: { deep: nested(17) } }],
    ['NUL', { wazo: { text: 'a\u0000' } }],
    ['a lone surrogate as a key', { wazo: { '\ud800': 1 } }],
  ])('refuses %s', (_, value) => {
    expect(extra.safeParse(value).success).toBe(false);
  });
});

describe('a language tag', () => {
  it.each([
    ['en', 'en'],
    ['EN', 'en'],
    ['FR-ca', 'fr-CA'],
    ['fr_CA', 'fr-CA'],
    ['es-419', 'es-419'],
    ['zh-hant', 'zh-Hant'],
    ['zh_Hant_TW', 'zh-Hant-TW'],
    ['cmn-Hans-CN', 'zh-Hans-CN'],
    ['de-CH-1996', 'de-CH-1996'],
  ])('%s is %s, and is kept where it must stay as it is', (given, meant) => {
    expect(anyLanguage.parse(given)).toBe(meant);
    expect(languageTag.parse(given)).toBe(given);
  });

  it.each(['', 'e', 'not a language', 'en-', 'en.', '../en', 'en-USA-GB', 'x'.repeat(65)])('is not %o', (text) => {
    expect(anyLanguage.safeParse(text).success).toBe(false);
    expect(languageTag.safeParse(text).success).toBe(false);
  });
});
