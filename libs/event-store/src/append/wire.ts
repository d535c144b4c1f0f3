import type { AppendRequest } from './request.ts';

/** A request as JSON pieces, made when it is queued, so that building a batch only joins text. */
export interface WireRequest {
  request: string;
  events: readonly string[];
  keys: readonly string[];
  rows: ReadonlyArray<readonly [table: string, change: string]>;
}

/** Names are those that `append_batch` reads; what is undefined is left out. */
export function toWire(request: AppendRequest): WireRequest {
  const { tenantId, streamId, kind, expectedVersion, at, events, feeds, claims, dedup, inbox, sealKey } = request;
  const owner = { tenant: tenantId, stream: streamId };
  const keys: object[] = [];
  if (sealKey?.wrapped !== undefined) {
    keys.push({ tenant: tenantId, id: sealKey.id, wrapped: sealKey.wrapped.toString('base64') });
  }
  if (request.destroyKey) keys.push({ ...owner, destroy: true, at });
  return {
    request: JSON.stringify({
      ...owner,
      kind,
      expected: expectedVersion,
      events: events.length,
      at,
      feeds: feeds.length > 0 ? feeds : undefined,
      claims: claims.length > 0 ? claims : undefined,
      actor: dedup?.actor,
      route: dedup?.route,
      key: dedup?.key,
      hash: dedup?.bodyHash,
      result: dedup === undefined ? undefined : (dedup.result ?? null),
      consumer: inbox?.consumer,
      cause: inbox?.eventId,
      sealKey: sealKey?.id,
    }),
    events: events.map((event, index) =>
      JSON.stringify({
        ...owner,
        k: index + 1,
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
    keys: keys.map((key) => JSON.stringify(key)),
    // The tenant is the request's, whatever the row says: a projection cannot write into another tenant.
    rows: request.rows.map((change) => [
      change.table,
      JSON.stringify({
        op: change.op,
        row: { ...(change.op === 'upsert' ? change.row : change.key), tenant_id: tenantId },
      }),
    ]),
  };
}

const numbered = (piece: string, n: number): string => `{"n":${n},${piece.slice(1)}`;

/** The parameter of `append_batch`: the requests in order, numbered from 1. */
export function joinBatch(requests: readonly WireRequest[]): string {
  const parts = { requests: [] as string[], events: [] as string[], keys: [] as string[] };
  const rows = new Map<string, string[]>();
  requests.forEach((request, index) => {
    const n = index + 1;
    parts.requests.push(numbered(request.request, n));
    for (const event of request.events) parts.events.push(numbered(event, n));
    for (const key of request.keys) parts.keys.push(numbered(key, n));
    for (const [table, change] of request.rows) {
      const changes = rows.get(table) ?? [];
      changes.push(numbered(change, n));
      rows.set(table, changes);
    }
  });
  const sections = [`"requests":[${parts.requests.join()}]`, `"events":[${parts.events.join()}]`];
  if (parts.keys.length > 0) sections.push(`"keys":[${parts.keys.join()}]`);
  if (rows.size > 0) {
    const tables = [...rows].map(([table, changes]) => `${JSON.stringify(table)}:[${changes.join()}]`);
    sections.push(`"rows":{${tables.join()}}`);
  }
  return `{${sections.join()}}`;
}
