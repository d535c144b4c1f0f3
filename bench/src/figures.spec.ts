import { expect, it } from 'vitest';
import { median } from './figures.ts';

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 10], 3],
  [[7], 7],
  [[2, Number.POSITIVE_INFINITY, 1], 2],
  [[Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], Number.POSITIVE_INFINITY],
  [[], Number.NaN],
  [[1, Number.NaN, 3], Number.NaN],
])('the middle of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});
