import { expect, it } from 'vitest';
import { Conversions } from './conversions.ts';

const rates = { narrow: 24, wide: 32 } as const;
const madeWith = (usual: boolean) =>
  new Conversions({ atOnce: 1, waiting: 1, timeoutMs: 1_000, rates, loudness: { lufs: -20, usual } });
const spoken = { quality: { speech: true, levelDbfs: -30, clipped: false } };
const silent = { quality: { speech: false, levelDbfs: null, clipped: false } };

it('recordings are made equally loud for who asks for it, or where that is usual', () => {
  expect(madeWith(false).making(spoken)).toEqual({ ...rates, lufs: null });
  expect(madeWith(false).making(spoken, true)).toEqual({ ...rates, lufs: -20 });
  expect(madeWith(true).making(spoken)).toEqual({ ...rates, lufs: -20 });
  expect(madeWith(true).making(spoken, false)).toEqual({ ...rates, lufs: null });
});

it('where nobody speaks nothing is made louder; where that is not known the meter tells', () => {
  expect(madeWith(true).making(silent, true).lufs).toBeNull();
  expect(madeWith(true).making({ quality: null }).lufs).toBe(-20);
});
