import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

/** Answers a batch when it is told to. */
const asker = (most = 10, atOnce = 1) => {
  const batches: { questions: readonly string[]; release: () => void }[] = [];
  const gathering = new Gathering<string, string>({
    key: (question) => question,
    ask: (questions) => {
      const open = Promise.withResolvers<void>();
      batches.push({ questions, release: open.resolve });
      return questions.map(async (question) => {
        await open.promise;
        if (question === 'wrong') throw new Error('no answer');
        return `${question}!`;
      });
    },
    most,
    atOnce,
  });
  return { batches, ask: (question: string) => gathering.ask(question) };
};

it('asks in one batch what comes in one turn, and each key once', async () => {
  const { batches, ask } = asker();
  const answers = Promise.all([ask('a'), ask('b'), ask('a')]);
  await turn();
  await turn();
  expect(batches.map(({ questions }) => questions)).toEqual([['a', 'b']]);
  batches[0]?.release();
  expect(await answers).toEqual(['a!', 'b!', 'a!']);
});

it('asks again what is asked after a batch was sent: no answer is older than its question', async () => {
  const { batches, ask } = asker();
  const first = ask('a');
  await turn();
  await turn();
  const second = ask('a');
  await turn();
  await turn();
  expect(batches).toHaveLength(1);
  batches[0]?.release();
  expect(await first).toBe('a!');
  await turn();
  await turn();
  expect(batches.map(({ questions }) => questions)).toEqual([['a'], ['a']]);
  batches[1]?.release();
  expect(await second).toBe('a!');
});

it('keeps to the size of a batch and to as many batches as may be under way', async () => {
  const { batches, ask } = asker(2, 2);
  const answers = Promise.all(['a', 'b', 'c', 'd', 'e'].map(ask));
  for (let n = 0; n < 5; n += 1) await turn();
  expect(batches.map(({ questions }) => questions)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  batches[0]?.release();
  for (let n = 0; n < 5; n += 1) await turn();
  expect(batches[2]?.questions).toEqual(['e']);
  for (const { release } of batches) release();
  expect(await answers).toEqual(['a!', 'b!', 'c!', 'd!', 'e!']);
});

it('fails for its own question only', async () => {
  const { batches, ask } = asker();
  const answers = Promise.allSettled([ask('a'), ask('wrong')]);
  await turn();
  await turn();
  batches[0]?.release();
  expect(await answers).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }]);
});
