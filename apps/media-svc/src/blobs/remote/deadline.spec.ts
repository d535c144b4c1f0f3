import { expect, it } from 'vitest';
import { withDeadline } from './deadline.ts';

const never = () => new Promise<never>(() => undefined);

it('gives up what takes no notice of signals, and tells the others', async () => {
  let signal: AbortSignal | undefined;
  const hanging = withDeadline(20, (given) => {
    signal = given;
    return never();
  });
  await expect(hanging).rejects.toMatchObject({ name: 'StorageFault', reason: 'slow' });
  expect(signal?.aborted).toBe(true);
});

it('hands on who gives up earlier, and what an ask answers or throws', async () => {
  const leaving = new AbortController();
  const asked = withDeadline(
    60_000,
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    leaving.signal,
  );
  leaving.abort(new Error('left'));
  await expect(asked).rejects.toThrow('left');
  expect(await withDeadline(60_000, async () => 7)).toBe(7);
  await expect(withDeadline(60_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
