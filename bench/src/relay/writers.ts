import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WritersOrder } from './writers.process.ts';
import type { WritersReport } from './writers-count.ts';

export interface WritersFigures {
  /** Messages. */
  perSecond: number;
  /** The longest time in which none of them finished a message, milliseconds. */
  longestStallMs: number;
}

export interface Writers {
  /** What they came to since this was last asked. */
  count(): Promise<WritersFigures>;
  stop(): Promise<void>;
}

/** Starts writing messages into the log, as fast as it goes, until they are stopped. */
export const startWriters = async (order: WritersOrder): Promise<Writers> => {
  const child = fork(fileURLToPath(new URL('./writers.process.js', import.meta.url)));
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => Promise.reject(new Error(`the writers ended (${code})`)));
  failed.catch(() => undefined);
  const answer = async <Answer>(): Promise<Answer> => {
    const [message] = (await Promise.race([once(child, 'message'), failed])) as [Answer];
    return message;
  };
  child.send(order);
  await answer<'ready'>();
  return {
    count: async () => {
      child.send('count');
      const { messages, seconds, longestStallMs } = await answer<WritersReport>();
      return { perSecond: messages / seconds, longestStallMs };
    },
    stop: async () => {
      child.send('end');
      await ended;
    },
  };
};
