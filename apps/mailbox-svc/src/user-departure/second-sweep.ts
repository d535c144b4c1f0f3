import { setTimeout as delay } from 'node:timers/promises';
import type { Elected } from '@aftertone/event-store';
import type { Ground } from '../ground/ground.ts';
import { DepartedUsers, type Departure } from './departed-users.ts';
import { UserDeparture } from './user-departure.ts';

/** Longer than any request lives that had looked at the user before the departure was on record. */
const settledMs = 60_000;
const pageSize = 100;

export interface SweepOptions {
  ground: Ground;
  /** How long ago the departure was noted; default 1 minute. */
  afterMs?: number;
  /** Pause between two rounds; default 15 seconds. */
  everyMs?: number;
}

/**
 * One round: takes users who left a while ago out of everything a second time, for what was decided while they were being
 * taken out the first time. A user who cannot be swept stays due, and keeps no other waiting.
 */
export const sweepAgain = async ({ ground, afterMs = settledMs }: SweepOptions, signal: AbortSignal): Promise<void> => {
  const users = new DepartedUsers(ground);
  const departure = new UserDeparture(ground);
  for (let last: Departure | null = null; !signal.aborted; ) {
    const page: Departure[] = await users.due(afterMs, last, pageSize);
    for (const one of page) {
      if (signal.aborted) return;
      try {
        await departure.leave(one, one.meta);
        await users.swept(one);
      } catch (error) {
        ground.store.logger.error({ err: error, userId: one.userId }, 'a departed user could not be swept again');
      }
    }
    last = page.at(-1) ?? null;
    if (last === null) return;
  }
};

/** Does so by itself, in one process at a time. What is due is in the database, so a restart loses nothing. */
export const startSecondSweep = (options: SweepOptions): Elected => {
  const { ground, everyMs = 15_000 } = options;
  const { store } = ground;
  return store.elections.run({ name: 'departed-users', takeOverMs: everyMs }, async (_session, signal) => {
    while (!signal.aborted) {
      await sweepAgain(options, signal);
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  });
};
