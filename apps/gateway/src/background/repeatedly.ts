import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@aftertone/platform';

const retryMs = 1_000;

export interface Stoppable {
  stop(): Promise<void>;
}

/** Does `work` until it succeeds, and then again every `everyMs` when that is given. */
export const repeatedly = (what: string, log: Logger, work: () => Promise<unknown>, everyMs?: number): Stoppable => {
  const ending = new AbortController();
  const { signal } = ending;
  const round = async (): Promise<number | undefined> => {
    try {
      await work();
      return everyMs;
    } catch (error) {
      log.error({ err: error, what }, 'failed; trying again');
      return retryMs;
    }
  };
  const run = async (): Promise<void> => {
    for (let wait = await round(); wait !== undefined && !signal.aborted; wait = await round()) {
      await delay(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  };
  const running = run();
  return {
    stop: async () => {
      ending.abort();
      await running;
    },
  };
};
