import { expect, it } from 'vitest';
import { KeyedQueue } from './keyed-queue.ts';

it('runs tasks of one key one after another, in order, also after one that failed', async () => {
  const queue = new KeyedQueue();
  const done: string[] = [];
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const first = queue.run('a', async () => {
    await held;
    done.push('a1');
    throw new Error('failed');
  });
  const second = queue.run('a', async () => void done.push('a2'));
  await queue.run('b', async () => void done.push('b1'));
  letGo();
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(done).toEqual(['b1', 'a1', 'a2']);
});
