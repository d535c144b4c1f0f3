import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@aftertone/event-store';
import type { Stoppable } from '../background/repeatedly.ts';

/** How soon another process takes over from one that ended. */
const takeOverMs = 1_000;

export interface RoundsOptions {
  store: EventStore;
  name: string;
  everyMs: number;
}

/** Does rounds of work in one of all gateways. `begin` is called for each term; a round that fails ends its term. */
export const electedRounds = ({ store, name, everyMs }: RoundsOptions, begin: () => () => Promise<void>): Stoppable =>
  store.elections.run({ name, takeOverMs }, async (_session, signal) => {
    const round = begin();
    while (!signal.aborted) {
      await round();
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  });
