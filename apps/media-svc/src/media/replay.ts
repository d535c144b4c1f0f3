import type { mediaQueries, ReplayPage, RpcOutput } from '@aftertone/contracts';
import type { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { publishMedia } from './publish.ts';

/** The log as contract events, for subscribers that ask for more than the bus still holds. */
export class Replay {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** A stretch of a tenant's log, in order. */
  async page(input: z.output<typeof mediaQueries.events.input>, tenantId: string): Promise<ReplayPage> {
    const { afterPosition, limit } = input;
    const { source, store } = this.ground;
    // Asked first: what is appended while we read comes after it, and nobody shall think that it was looked at.
    const headPosition = await store.log.headPosition();
    const recorded = await store.log.readTenant({ tenantId, afterPosition, limit, throughPosition: headPosition });
    const events: RpcOutput<typeof mediaQueries.events>['events'] = recorded.flatMap((each) => {
      const event = publishMedia(each, source);
      return event === null ? [] : [{ position: each.position, part: 0, paths: [event.subject], event }];
    });
    const isAll = recorded.length < limit;
    const last = recorded.at(-1)?.position ?? afterPosition;
    return { events, throughPosition: isAll ? Math.max(headPosition, afterPosition) : last, headPosition };
  }
}
