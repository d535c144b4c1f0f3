import { expect, it } from 'vitest';
import { highestCleanRate } from './clean.ts';

const upTo = (limit: number) => {
  const asked: number[] = [];
  const round = async (rate: number) => {
    asked.push(rate);
    return { rate, clean: rate <= limit };
  };
  return { asked, round };
};

it.each([7, 60, 149, 150, 190, 1_000])('finds the highest rate that is clean, to a tenth: %i', async (limit) => {
  const { round } = upTo(limit);
  const best = await highestCleanRate(round, 150);
  expect(best?.rate).toBeLessThanOrEqual(limit);
  expect(best?.rate).toBeGreaterThanOrEqual(limit * 0.85);
});

it('finds none where nothing is clean, and ends', async () => {
  const { asked, round } = upTo(0);
  expect(await highestCleanRate(round, 150)).toBeUndefined();
  expect(asked).toEqual([150, 75, 38, 19, 10, 5]);
});
