import type { mailboxQueries, ReplayPage } from '@aftertone/contracts';
import type { CallInput } from '../calls/request.ts';
import type { Ground } from '../ground/ground.ts';
import { envelopes } from './cloud-event.ts';

/** NATS carries 1 MiB in one reply; a page ends before it comes near. */
const maxBytes = 600_000;

/** The log as contract events, for subscribers that ask for more than the bus still holds. */
export class Replay {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** A stretch of a tenant's log, in order. Pages may be short of `limit`: `throughPosition` says where to go on. */
  async page(input: CallInput<typeof mailboxQueries.events>, tenantId: string): Promise<ReplayPage> {
    const { afterPosition, limit } = input;
    const { source, store } = this.ground;
    // Asked first: what is appended while we read comes after it, and nobody shall think that it was looked at.
    const headPosition = await store.log.headPosition();
    const recorded = await store.log.readTenant({ tenantId, afterPosition, limit, throughPosition: headPosition });
    const events: ReplayPage['events'] = [];
    let bytes = 0;
    let throughPosition = afterPosition;
    for (const event of recorded) {
      const made = envelopes(event, source).map((envelope) => ({ position: event.position, ...envelope }));
      bytes += Buffer.byteLength(JSON.stringify(made));
      if (bytes > maxBytes && throughPosition > afterPosition) return { events, throughPosition, headPosition };
      events.push(...made);
      throughPosition = event.position;
    }
    if (recorded.length < limit) throughPosition = Math.max(headPosition, afterPosition);
    return { events, throughPosition, headPosition };
  }
}
