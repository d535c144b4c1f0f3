import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WritersOrder, WritersReport } from './writers.process.ts';

export interface Writers {
  /** Messages a second since this was last asked. */
  perSecond(): Promise<number>;
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
    perSecond: async () => {
      child.send('count');
      const { messages, seconds } = await answer<WritersReport>();
      return messages / seconds;
    },
    stop: async () => {
      child.send('end');
      await ended;
    },
  };
};
