import { planFeeds } from './feed-plan.ts';
import type { AppendRequest } from './request.ts';

/** JSON of an object, without its closing brace in front: numbers are put before its first field. */
type Piece = string;

/**
 * A request as pieces of JSON, made when it is queued, so that building a batch only joins text.
 *
 * `alone` and `shared` say with whom it may be in one batch: nobody else has any name of `alone`; names of `shared` may
 * be shared by those who only share them.
 */
export interface WireRequest {
  alone: readonly string[];
  shared: readonly string[];
  request: Piece;
  events: readonly Piece[];
  feeds: ReadonlyArray<{ event: number; piece: Piece }>;
  /** Sections of the batch that only some requests have, in the order they are named here. */
  sections: ReadonlyArray<{ section: 'dedup' | 'inbox' | 'claims' | 'keys'; piece: Piece }>;
  rows: ReadonlyArray<{ table: string; piece: Piece }>;
}

/** Names are those that `append_batch` reads; what is undefined is left out. */
export function toWire(request: AppendRequest): WireRequest {
  const { tenantId, streamId, kind, expectedVersion, at, events, claims, dedup, inbox, sealKey } = request;
  const owner = { tenant: tenantId, stream: streamId };
  const name = (...parts: string[]): string => JSON.stringify([tenantId, ...parts]);
  const alone = [name('stream', streamId)];
  const shared: string[] = [];
  const sections: Array<WireRequest['sections'][number]> = [];

  if (dedup !== undefined) {
    const { actor, route, key, bodyHash: hash, result } = dedup;
    alone.push(name('dedup', actor, route, key));
    sections.push({ section: 'dedup', piece: JSON.stringify({ ...owner, actor, route, key, hash, result, at }) });
  }
  if (inbox !== undefined) {
    const { consumer, eventId: cause } = inbox;
    alone.push(name('inbox', consumer, cause));
    sections.push({ section: 'inbox', piece: JSON.stringify({ tenant: tenantId, consumer, cause, at }) });
  }
  for (const { scope, key, action } of claims) {
    alone.push(name('claim', scope, key));
    sections.push({ section: 'claims', piece: JSON.stringify({ ...owner, scope, key, action }) });
  }
  if (sealKey?.wrapped !== undefined) {
    const wrapped = sealKey.wrapped.toString('base64');
    sections.push({ section: 'keys', piece: JSON.stringify({ tenant: tenantId, id: sealKey.id, wrapped }) });
  }
  if (request.destroyKey) {
    sections.push({ section: 'keys', piece: JSON.stringify({ ...owner, destroy: true, at }) });
  }
  const feeds = planFeeds(request.feeds).map(({ event, ...change }) => {
    const sets = change.create === true || 'open' in change || 'access' in change || 'limits' in change;
    (sets ? alone : shared).push(name('feed', change.feed));
    return { event, piece: JSON.stringify({ tenant: tenantId, ...change }) };
  });

  return {
    alone,
    shared,
    request: JSON.stringify({ ...owner, kind, expected: expectedVersion, events: events.length, sealKey: sealKey?.id }),
    events: events.map((event, index) =>
      JSON.stringify({
        ...owner,
        version: expectedVersion + index + 1,
        id: event.id,
        type: event.type,
        schema: event.schemaVersion,
        data: event.data,
        meta: event.meta,
        at,
        sealed: event.sealed?.toString('base64'),
        key: event.sealed === null ? undefined : sealKey?.id,
      }),
    ),
    feeds,
    sections,
    // The tenant is the request's, whatever the row says: a projection cannot write into another tenant.
    rows: request.rows.map((change) => ({
      table: change.table,
      piece: JSON.stringify({
        '#op': change.op,
        ...(change.op === 'upsert' ? change.row : change.key),
        tenant_id: tenantId,
      }),
    })),
  };
}

/** The parameter of `append_batch`: requests are numbered from 1 (`n`), and events through the whole batch (`event`). */
export function joinBatch(requests: readonly WireRequest[]): string {
  const sections = new Map<string, Piece[]>([
    ['requests', []],
    ['events', []],
  ]);
  const rows = new Map<string, Piece[]>();
  let eventsBefore = 0;
  requests.forEach((request, index) => {
    const n = `"n":${index + 1}`;
    add(sections, 'requests', `{${n},${request.request.slice(1)}`);
    request.events.forEach((piece, place) => {
      add(sections, 'events', `{${n},"event":${eventsBefore + place + 1},${piece.slice(1)}`);
    });
    for (const { event, piece } of request.feeds) {
      add(sections, 'feeds', `{${n},"event":${eventsBefore + event + 1},${piece.slice(1)}`);
    }
    for (const { section, piece } of request.sections) add(sections, section, `{${n},${piece.slice(1)}`);
    for (const { table, piece } of request.rows) add(rows, table, `{"#n":${index + 1},${piece.slice(1)}`);
    eventsBefore += request.events.length;
  });
  const parts = [...sections].map(([section, pieces]) => `"${section}":[${pieces.join()}]`);
  if (rows.size > 0) {
    const tables = [...rows].map(([table, pieces]) => `${JSON.stringify(table)}:[${pieces.join()}]`);
    parts.push(`"rows":{${tables.join()}}`);
  }
  return `{${parts.join()}}`;
}

function add(lists: Map<string, Piece[]>, name: string, piece: Piece): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [piece]);
  else list.push(piece);
}
