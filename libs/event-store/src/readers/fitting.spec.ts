import { expect, it } from 'vitest';
import { fitting } from './fitting.ts';

it('keeps a page below what one reply carries', () => {
  const items = Array.from({ length: 10 }, () => 'ä'.repeat(50_000));
  expect(fitting(items)).toHaveLength(5);
  expect(fitting(items.slice(0, 3))).toHaveLength(3);
});

it('has one item at least, or the list would never end', () => {
  expect(fitting(['x'.repeat(2_000_000), 'y'])).toHaveLength(1);
  expect(fitting([])).toEqual([]);
});
