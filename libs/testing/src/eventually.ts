import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** How long to go on trying, in milliseconds; a minute unless told: only what is broken ever takes it. */
  timeoutMs?: number;
  /** Pause between two tries in milliseconds; 25 unless told. */
  everyMs?: number;
}

/**
 * Tries `attempt` until it no longer throws, and returns what it returns. At the end of the time the last error is
 * thrown as it was, so a failing expectation reads like any other.
 */
export async function eventually<T>(attempt: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const end = performance.now() + (options.timeoutMs ?? 60_000);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
    await delay(options.everyMs ?? 25);
  }
}
