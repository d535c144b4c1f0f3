import { expect, it } from 'vitest';
import { ask } from './ask.ts';

const program = new URL('./ask.harness.ts', import.meta.url);

it('gives a process its own environment, and nobody else', async () => {
  const before = process.env.UV_THREADPOOL_SIZE;
  expect(await ask(program, { say: 'hello' }, { UV_THREADPOOL_SIZE: '32' })).toEqual({ say: 'hello', threads: '32' });
  expect(process.env.UV_THREADPOOL_SIZE).toBe(before);
  expect(await ask(program, { say: 'again' })).toEqual({ say: 'again', threads: before });
});

it('fails when the process ends without an answer', async () => {
  await expect(ask(program, { say: null })).rejects.toThrow('ended (3)');
});
