import type { EventStore } from '@aftertone/event-store';
import { type Clock, newId } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { BlobKey } from '../blobs/blob-store.ts';
import { causedBy } from '../ground/ground.ts';
import { storageOf } from '../media/catalogue/home-sql.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import type { DeleteUnusedMedia } from '../media/media.decider.ts';
import { mediaDeleted } from '../metrics.ts';
import { promptTable } from '../prompts/tenant-prompts/prompt.projection.ts';
import { RenditionsTable } from '../renditions/renditions.table.ts';
import type { Storages } from '../storages/storages.ts';

export interface DeletingParts {
  store: EventStore;
  storages: Storages;
  clock: Clock;
  log: Log;
  orphanAfterMs: number;
  releaseGraceMs: number;
}

/** What of mailbox-svc's events has been applied. */
export type Known = Pick<DeleteUnusedMedia['data'], 'applied' | 'caughtUp'>;

/** What is known from all that takes mailbox-svc's events: null while any of them knows nothing. */
export const together = (each: ReadonlyArray<Known | null>): Known | null => {
  const spans = each.flatMap((known) => known?.applied ?? []);
  const since = spans
    .map((span) => span.since)
    .sort()
    .at(-1);
  const through = spans
    .map((span) => span.through)
    .sort()
    .at(0);
  if (since === undefined || through === undefined || spans.length < each.length) return null;
  return { applied: { since, through }, caughtUp: each.every((known) => known?.caughtUp === true) };
};

interface Unused {
  tenant_id: string;
  id: string;
  sha256: string;
  storage: string;
}

const batchSize = 200;
/** Few, so that requests do not wait for housekeeping. */
const atOnce = 8;

/**
 * Deletes recordings that nobody needs: first the event, then the bytes. The rows only say where to look; whether a
 * recording goes is decided on its stream, so that a reference made in this moment wins. What a prompt is spoken by stays
 * from the commit of the prompt on, also where its reference is still to be made.
 *
 * @returns how many were deleted
 */
export const deleteUnused = async (parts: DeletingParts, known: Known): Promise<number> => {
  const { applied } = known;
  if (applied === null) return 0;
  let deleted = 0;
  for (let after = { at: '-infinity', id: '' }; ; ) {
    const batch = await nextUnused(parts, applied, after);
    for (let n = 0; n < batch.length; n += atOnce) {
      const outcomes = await Promise.all(batch.slice(n, n + atOnce).map((each) => deleteOne(parts, known, each)));
      deleted += outcomes.filter(Boolean).length;
    }
    const last = batch.at(-1);
    if (last === undefined || batch.length < batchSize) return deleted;
    after = { at: last.at, id: last.id };
  }
};

const nextUnused = async (
  { store, clock, orphanAfterMs, releaseGraceMs }: DeletingParts,
  applied: NonNullable<Known['applied']>,
  after: { at: string; id: string },
): Promise<Array<Unused & { at: string }>> => {
  const { rows } = await store.pool.query<Unused & { at: string }>(
    `SELECT tenant_id, id, sha256, ${storageOf('m')} AS storage, unreferenced_since::text AS at FROM media m
     WHERE unreferenced_since IS NOT NULL AND (unreferenced_since, id::text) > ($1::timestamptz, $2)
       AND stored_at >= $3::timestamptz
       AND NOT EXISTS (SELECT FROM ${promptTable} p WHERE p.tenant_id = m.tenant_id AND p.media_id = m.id)
       AND CASE WHEN released_at IS NULL THEN stored_at <= $4::timestamptz ELSE released_at <= $5::timestamptz END
     ORDER BY unreferenced_since, id::text LIMIT ${batchSize}`,
    [
      after.at,
      after.id,
      applied.since,
      new Date(Date.parse(applied.through) - orphanAfterMs),
      new Date(Math.max(clock().getTime(), Date.parse(applied.through)) - releaseGraceMs),
    ],
  );
  return rows;
};

const deleteOne = async (parts: DeletingParts, known: Known, unused: Unused): Promise<boolean> => {
  const { store, clock, log, orphanAfterMs, releaseGraceMs } = parts;
  const { tenant_id, id, sha256 } = unused;
  const correlationId = newId();
  const { events } = await store.handle(mediaAggregate, {
    tenantId: tenant_id,
    id,
    command: {
      type: 'DeleteUnusedMedia',
      data: { ...known, orphanAfterMs, releaseGraceMs },
      meta: { now: clock().toISOString() },
    },
    meta: causedBy(correlationId),
  });
  if (events.length === 0) return false;
  mediaDeleted.inc();
  const key = { tenantId: tenant_id, mediaId: id, sha256 };
  await removeBytes(parts, key, unused.storage).catch((error: unknown) => {
    log.warn({ err: error, mediaId: id, correlationId }, 'the bytes of a deleted recording are still there');
  });
  return true;
};

/** With an end to waiting: what a storage that hangs keeps is a stray, found another day. */
const removeBytes = async ({ store, storages }: DeletingParts, key: BlobKey, storage: string): Promise<void> => {
  const renditions = await new RenditionsTable(store.pool).forget(key);
  const all = [{ sha256: key.sha256, storage }, ...renditions];
  const removed = await Promise.allSettled(
    all.map(async ({ sha256, storage: name }) => storages.named(name).patient.delete({ ...key, sha256 })),
  );
  for (const each of removed) if (each.status === 'rejected') throw each.reason;
};
