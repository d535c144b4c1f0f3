import type { notifyQueries, ReplayPage } from '@aftertone/contracts';
import type { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { contractEventsOf } from './cloud-event.ts';

/** The log as contract events, for subscribers that ask for more than the bus still holds. */
export class Replay {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** A stretch of a tenant's log, in order; `throughPosition` says where to go on. At 1,000 events far below 1 MiB. */
  async page(input: z.output<typeof notifyQueries.events.input>, tenantId: string): Promise<ReplayPage> {
    const { afterPosition, limit } = input;
    const { source, store } = this.ground;
    // Asked first: what is appended while we read comes after it, and nobody shall think that it was looked at.
    const headPosition = await store.log.headPosition();
    const recorded = await store.log.readTenant({ tenantId, afterPosition, limit, throughPosition: headPosition });
    const last = recorded.at(-1);
    return {
      events: recorded.flatMap((stored) =>
        contractEventsOf(stored, source).map((event, part) => ({
          position: stored.position,
          part,
          paths: [event.subject],
          event,
        })),
      ),
      throughPosition: last && recorded.length === limit ? last.position : Math.max(headPosition, afterPosition),
      headPosition,
    };
  }
}
