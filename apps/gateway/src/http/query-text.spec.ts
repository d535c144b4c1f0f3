import { expect, it } from 'vitest';
import { z } from 'zod';
import { booleanText, instantText, pageText } from './query-text.ts';

const query = z.strictObject({ ...pageText, heard: booleanText.optional(), from: instantText.optional() });

it('reads what a query string can hold', () => {
  expect(query.parse({ limit: '7', heard: 'false', from: '2026-03-01T10:00:00+01:00' })).toEqual({
    limit: 7,
    heard: false,
    from: '2026-03-01T09:00:00.000Z',
  });
  // A plus that nobody encoded arrives as a space.
  expect(query.parse({ from: '2026-03-01T10:00:00 01:00' }).from).toBe('2026-03-01T09:00:00.000Z');
  expect(query.parse({})).toEqual({ limit: 50 });
});

it.each([
  { heard: 'yes' },
  { heard: '' },
  { from: 'yesterday' },
  { from: '0000-01-01T00:00:00Z' },
  { limit: ['1', '2'] },
  { limit: '-1' },
  { limit: 'NaN' },
  { colour: 'red' },
])('refuses %j', (value) => {
  expect(query.safeParse(value).success).toBe(false);
});
