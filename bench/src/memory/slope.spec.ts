import { expect, it } from 'vitest';
import { slopeOf, verdict } from './slope.ts';

it('is that of the line through points on a line', () => {
  const slope = slopeOf([
    [0, 10],
    [100, 60],
    [300, 160],
  ]);
  expect(slope.perUnit).toBeCloseTo(0.5);
  expect(slope.error).toBeCloseTo(0);
  expect(verdict(slope)).toBe('grows');
});

it('has the error that the textbook gives it', () => {
  // Squares of what the line leaves: 0.872, over two degrees of freedom and a spread of 5.
  const { perUnit, error } = slopeOf([
    [1, 2],
    [2, 4],
    [3, 5],
    [4, 8.2],
  ]);
  expect(perUnit).toBeCloseTo(1.96);
  expect(error).toBeCloseTo(2 * Math.sqrt(0.872 / 2 / 5));
});

it.each([
  [
    [
      [0, 5],
      [1, 6],
      [2, 5],
      [3, 6],
    ],
    'flat',
  ],
  [
    [
      [0, 9],
      [1, 7.1],
      [2, 4.9],
      [3, 3],
    ],
    'shrinks',
  ],
  [
    [
      [0, 1],
      [1, 9],
    ],
    'unknown',
  ],
] as const)('of %j is %s', (points, said) => {
  expect(verdict(slopeOf(points))).toBe(said);
});
