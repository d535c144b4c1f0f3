import type { ReplayPage } from '@aftertone/contracts';
import { fitting } from '../readers/fitting.ts';
import type { LogReader } from '../store/log.ts';
import type { Publisher } from './publisher.ts';

export interface ReplayRequest {
  tenantId: string;
  /** Events after this log position. */
  afterPosition: number;
  limit: number;
}

/**
 * A stretch of a tenant's log as contract events, in order, for subscribers that ask for more than the bus still holds.
 * Pages may be short of `limit`: `throughPosition` says where to go on.
 */
export async function replay(log: LogReader, publisher: Publisher, request: ReplayRequest): Promise<ReplayPage> {
  const { tenantId, afterPosition, limit } = request;
  // Asked first: what is appended while we read comes after it, and nobody shall think that it was looked at.
  const headPosition = await log.headPosition();
  const recorded = await log.readTenant({ tenantId, afterPosition, limit, throughPosition: headPosition });
  const looked = recorded.map((stored) => ({ position: stored.position, events: publisher.envelopes(stored) }));
  const shown = fitting(looked);
  const last = shown.at(-1);
  const isAll = recorded.length < limit && shown.length === recorded.length;
  return {
    events: shown.flatMap(({ position, events }) => events.map((event) => ({ position, ...event }))),
    throughPosition: isAll || last === undefined ? Math.max(headPosition, afterPosition) : last.position,
    headPosition,
  };
}
