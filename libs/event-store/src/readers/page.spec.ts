import { DomainError } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { pageOf, readCursor } from './page.ts';

const key = z.tuple([z.string(), z.int()]);
const rows = [1, 2, 3, 4].map((n) => ({ n, text: 'x' }));
const page = (asked: typeof rows, limit: number) =>
  pageOf(
    asked,
    limit,
    ({ n }) => n,
    ({ text, n }) => [text, n],
  );

it('goes on after the last item, until there are no more', () => {
  const { items, next } = page(rows.slice(0, 3), 2);
  expect(items).toEqual([1, 2]);
  expect(readCursor(next ?? '', key)).toEqual(['x', 2]);
  expect(page(rows.slice(2), 2)).toEqual({ items: [3, 4], next: null });
  expect(page([], 2)).toEqual({ items: [], next: null });
});

it('goes on also after a page that had to end early, since one reply carries no more', () => {
  const { items, next } = pageOf(
    rows,
    4,
    ({ n }) => `${n}${'x'.repeat(250_000)}`,
    ({ text, n }) => [text, n],
  );
  expect(items).toHaveLength(2);
  expect(readCursor(next ?? '', key)).toEqual(['x', 2]);
});

it.each([
  ['no cursor at all', 'what?'],
  ['one of another list', Buffer.from('["x"]').toString('base64url')],
])('refuses %s', (_what, cursor) => {
  let refusal: unknown;
  try {
    readCursor(cursor, key);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(DomainError);
  expect(refusal).toMatchObject({ code: 'cursor-invalid', kind: 'invalid' });
});
