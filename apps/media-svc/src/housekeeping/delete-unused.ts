import type { EventStore } from '@aftertone/event-store';
import { type Clock, newId } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';
import type { BlobStore } from '../blobs/blob-store.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import type { DeleteUnusedMedia } from '../media/media.decider.ts';

export interface DeletingParts {
  pool: Pool;
  store: EventStore;
  blobs: BlobStore;
  clock: Clock;
  log: Log;
  orphanAfterMs: number;
  releaseGraceMs: number;
}

/** What of mailbox-svc's events has been applied. */
export type Known = Pick<DeleteUnusedMedia['data'], 'applied' | 'caughtUp'>;

interface Unused {
  tenant_id: string;
  id: string;
  sha256: string;
}

const batchSize = 200;

/**
 * Deletes recordings that nobody needs: first the event, then the bytes. The rows only say where to look; whether a
 * recording goes is decided on its stream, so that a reference made in this moment wins.
 *
 * @returns how many were deleted
 */
export const deleteUnused = async (parts: DeletingParts, known: Known): Promise<number> => {
  let deleted = 0;
  for (let after = { at: '-infinity', id: '' }; ; ) {
    const batch = await nextUnused(parts, known, after);
    for (const unused of batch) deleted += (await deleteOne(parts, known, unused)) ? 1 : 0;
    const last = batch.at(-1);
    if (last === undefined || batch.length < batchSize) return deleted;
    after = { at: last.at, id: last.id };
  }
};

const nextUnused = async (
  { pool, clock, orphanAfterMs, releaseGraceMs }: DeletingParts,
  { applied }: Known,
  after: { at: string; id: string },
): Promise<Array<Unused & { at: string }>> => {
  const { rows } = await pool.query<Unused & { at: string }>(
    `SELECT tenant_id, id, sha256, unreferenced_since::text AS at FROM media
     WHERE unreferenced_since IS NOT NULL AND (unreferenced_since, id::text) > ($1::timestamptz, $2)
       AND CASE WHEN released_at IS NOT NULL THEN released_at <= $3::timestamptz
                ELSE stored_at BETWEEN $4::timestamptz AND $5::timestamptz END
     ORDER BY unreferenced_since, id::text LIMIT ${batchSize}`,
    [
      after.at,
      after.id,
      new Date(Math.max(clock().getTime(), applied === null ? 0 : Date.parse(applied.through)) - releaseGraceMs),
      applied === null ? 'infinity' : applied.since,
      applied === null ? '-infinity' : new Date(Date.parse(applied.through) - orphanAfterMs),
    ],
  );
  return rows;
};

const deleteOne = async (parts: DeletingParts, known: Known, { tenant_id, id, sha256 }: Unused): Promise<boolean> => {
  const { store, blobs, clock, log, orphanAfterMs, releaseGraceMs } = parts;
  const correlationId = newId();
  const { events } = await store.handle(mediaAggregate, {
    tenantId: tenant_id,
    id,
    command: {
      type: 'DeleteUnusedMedia',
      data: { ...known, orphanAfterMs, releaseGraceMs },
      meta: { now: clock().toISOString() },
    },
    meta: { actor: { kind: 'service', id: 'media' }, correlationId },
  });
  if (events.length === 0) return false;
  await blobs.delete({ tenantId: tenant_id, mediaId: id, sha256 }).catch((error: unknown) => {
    log.warn({ err: error, mediaId: id, correlationId }, 'the bytes of a deleted recording are still there');
  });
  return true;
};
