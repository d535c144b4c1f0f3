import { setTimeout as delay } from 'node:timers/promises';

/** How a wait ended early. `cause` holds what the last look found. */
export class WaitTimedOut extends Error {
  override name = 'WaitTimedOut';
}

export interface WaitOptions {
  /** Whole wait in milliseconds. */
  timeoutMs: number;
  /** Pause between two looks in milliseconds; 50 unless told. */
  everyMs?: number;
  signal?: AbortSignal;
}

/**
 * Looks again and again until `look` returns something other than `undefined` or `false`, and returns that.
 * An error of `look` counts as "not yet". Throws `WaitTimedOut` at the end of the time, the signal's reason when aborted.
 */
export async function waitFor<T>(what: string, look: () => T | Promise<T>, options: WaitOptions): Promise<T> {
  const end = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    let cause: unknown;
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) {
      throw new WaitTimedOut(`${what}: not within ${options.timeoutMs / 1000} s`, { cause });
    }
    await delay(options.everyMs ?? 50, undefined, options.signal ? { signal: options.signal } : {});
  }
}
