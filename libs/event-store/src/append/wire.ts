import { invalid, isId } from '@aftertone/kernel';
import { type PlannedFeedChange, planFeeds } from './feed-plan.ts';
import type { AppendRequest } from './request.ts';

/**
 * A request as it waits for its batch: whatever can be made of it alone is made, and what the database could not hold is
 * found, before it is anywhere near others.
 *
 * `alone` and `shared` say with whom it may be in one batch: nobody else has any name of `alone`; names of `shared` may
 * be shared by those who only share them.
 */
export interface WireRequest {
  request: AppendRequest;
  alone: readonly string[];
  shared: readonly string[];
  /** True: `append_foreseen` may be tried. It only adds and counts; claims, settings of feeds, deletion and erasure are judged. */
  plain: boolean;
  /** Milliseconds since 1970. */
  at: number;
  /** JSON per event. */
  data: readonly string[];
  meta: readonly string[];
  feeds: readonly PlannedFeedChange[];
  /** JSON per row. */
  rows: readonly string[];
}

/** @throws DomainError invalid `unstorable-value`; Error for ids and times that are none */
export function toWire(request: AppendRequest): WireRequest {
  const { tenantId, streamId, events, claims, dedup, inbox } = request;
  const at = Date.parse(request.at);
  if (!isId(tenantId)) throw new Error(`"${tenantId}" is no id of a tenant`);
  if (Number.isNaN(at)) throw new Error(`"${request.at}" is no time`);
  const feeds = planFeeds(request.feeds);
  const alone = [`${tenantId}s${storable(streamId)}`];
  const shared: string[] = [];
  if (dedup !== undefined) alone.push(`${tenantId}d${names(dedup.actor, dedup.route, dedup.key)}`);
  if (dedup !== undefined) storable(dedup.bodyHash);
  if (inbox !== undefined) alone.push(`${tenantId}i${names(inbox.consumer, inbox.eventId)}`);
  for (const { scope, key } of claims) alone.push(`${tenantId}c${names(scope, key)}`);
  let plain = claims.length === 0 && !request.destroyKey && request.rows.every(({ op }) => op === 'upsert');
  for (const { feed, role, ...change } of feeds) {
    const sets = change.create === true || 'open' in change || 'access' in change || 'limits' in change;
    if (sets) plain = false;
    storable(role);
    (sets ? alone : shared).push(`${tenantId}f${storable(feed)}`);
  }
  return {
    request,
    alone,
    shared,
    plain,
    at,
    feeds,
    data: events.map(({ data }) => JSON.stringify(data)),
    meta: events.map(({ meta }) => JSON.stringify(meta)),
    // The tenant is the request's, whatever the row says: a projection cannot write into another tenant.
    rows: request.rows.map((change) =>
      JSON.stringify({ ...(change.op === 'upsert' ? change.row : change.key), tenant_id: tenantId }),
    ),
  };
}

/** Parts with what no part has between them. */
const names = (...parts: string[]): string => parts.map(storable).join('\u0000');

/** Text that Postgres can hold. JSON says this of itself, as the server reads it. */
function storable(text: string): string {
  if (text.includes('\u0000') || !text.isWellFormed()) {
    throw invalid('unstorable-value', 'A text holds a character that cannot be stored.');
  }
  return text;
}
