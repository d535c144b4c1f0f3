import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';

it('returns what the first successful try returns', async () => {
  let tries = 0;
  const result = await eventually(
    () => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
      return tries;
    },
    { everyMs: 1 },
  );
  expect(result).toBe(3);
});

it('throws the last error as it was when the time is over', async () => {
  let tries = 0;
  const failing = eventually(
    () => {
      tries += 1;
      throw new RangeError(`try ${tries}`);
    },
    { timeoutMs: 20, everyMs: 1 },
  );
  await expect(failing).rejects.toThrow(RangeError);
  expect(tries).toBeGreaterThan(1);
});
