import type { WireRequest } from './wire.ts';

/** The parameter of `append_batch`: requests are numbered from 1 (`n`), and events through the whole batch (`event`). */
export function judgedBatch(requests: readonly WireRequest[]): string {
  const sections: Record<'requests' | 'events' | 'feeds' | 'dedup' | 'inbox' | 'claims' | 'keys', object[]> = {
    requests: [],
    events: [],
    feeds: [],
    dedup: [],
    inbox: [],
    claims: [],
    keys: [],
  };
  const rows: Record<string, object[]> = {};
  let eventsBefore = 0;
  for (const [index, { request, feeds }] of requests.entries()) {
    const { tenantId: tenant, streamId: stream, expectedVersion, at, events, dedup, inbox, sealKey } = request;
    const n = index + 1;
    const owner = { n, tenant, stream };
    const length = events.length;
    sections.requests.push({
      ...owner,
      kind: request.kind,
      expected: expectedVersion,
      events: length,
      sealKey: sealKey?.id,
    });
    for (const [place, { id, type, schemaVersion: schema, data, meta, sealed }] of events.entries()) {
      const where = { event: eventsBefore + place + 1, version: expectedVersion + place + 1 };
      const box = sealed === null ? {} : { sealed: sealed.toString('base64'), key: sealKey?.id };
      sections.events.push({ ...owner, ...where, id, type, schema, data, meta, at, ...box });
    }
    for (const change of feeds) sections.feeds.push({ n, tenant, ...change, event: eventsBefore + change.event + 1 });
    if (dedup !== undefined) {
      const { actor, route, key, bodyHash: hash, result } = dedup;
      sections.dedup.push({ ...owner, actor, route, key, hash, result, at });
    }
    if (inbox !== undefined) sections.inbox.push({ n, tenant, consumer: inbox.consumer, cause: inbox.eventId, at });
    for (const { scope, key, action } of request.claims) sections.claims.push({ ...owner, scope, key, action });
    if (sealKey?.wrapped !== undefined) {
      sections.keys.push({ n, tenant, id: sealKey.id, wrapped: sealKey.wrapped.toString('base64') });
    }
    if (request.destroyKey) sections.keys.push({ ...owner, destroy: true, at });
    for (const change of request.rows) {
      const row = change.op === 'upsert' ? change.row : change.key;
      // The tenant is the request's, whatever the row says: a projection cannot write into another tenant.
      const written = { '#n': n, '#op': change.op, ...row, tenant_id: tenant };
      rows[change.table] ??= [];
      rows[change.table]?.push(written);
    }
    eventsBefore += length;
  }
  const used = Object.entries(sections).filter(
    ([name, list]) => list.length > 0 || name === 'requests' || name === 'events',
  );
  return JSON.stringify({ ...Object.fromEntries(used), ...(Object.keys(rows).length === 0 ? {} : { rows }) });
}
