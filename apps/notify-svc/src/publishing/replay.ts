import type { notifyQueries, ReplayPage } from '@aftertone/contracts';
import type { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { fitting } from '../paging/fitting.ts';
import { contractEventsOf } from './cloud-event.ts';

/** The log as contract events, for subscribers that ask for more than the bus still holds. */
export class Replay {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** A stretch of a tenant's log, in order. Pages may be short of `limit`: `throughPosition` says where to go on. */
  async page(input: z.output<typeof notifyQueries.events.input>, tenantId: string): Promise<ReplayPage> {
    const { afterPosition, limit } = input;
    const { source, store } = this.ground;
    // Asked first: what is appended while we read comes after it, and nobody shall think that it was looked at.
    const headPosition = await store.log.headPosition();
    const recorded = await store.log.readTenant({ tenantId, afterPosition, limit, throughPosition: headPosition });
    const looked = recorded.map((stored) => ({
      position: stored.position,
      events: contractEventsOf(stored, source).map((event, part) => ({ part, paths: [event.subject], event })),
    }));
    const shown = fitting(looked);
    const last = shown.at(-1);
    const isAll = recorded.length < limit && shown.length === recorded.length;
    return {
      events: shown.flatMap(({ position, events }) => events.map((event) => ({ position, ...event }))),
      throughPosition: isAll || last === undefined ? Math.max(headPosition, afterPosition) : last.position,
      headPosition,
    };
  }
}
