import { conflict } from '@aftertone/kernel';
import type pg from 'pg';
import { asStoreError } from '../database/errors.ts';
import type { DedupKey } from '../types.ts';

/** What was done under a deduplication key. */
export interface Repeated {
  result: unknown;
  streamId: string;
}

export const keyReused = () =>
  conflict('idempotency-key-reused', 'This idempotency key was used for another request before.');

/**
 * Looks a deduplication key up.
 *
 * @returns null when it is new
 * @throws DomainError conflict `idempotency-key-reused` when it belongs to another request
 */
export async function findRepeated(pool: pg.Pool, tenantId: string, dedup: DedupKey): Promise<Repeated | null> {
  const { rows } = await pool
    .query<{ body_hash: string; result: unknown; stream_id: string }>({
      name: 'find-repeated',
      text: `SELECT body_hash, result, stream_id FROM command_dedup
             WHERE tenant_id = $1 AND actor = $2 AND route = $3 AND key = $4`,
      values: [tenantId, dedup.actor, dedup.route, dedup.key],
    })
    .catch((error: unknown) => {
      throw asStoreError(error);
    });
  const [row] = rows;
  if (row === undefined) return null;
  if (row.body_hash !== dedup.bodyHash) throw keyReused();
  return { result: row.result, streamId: row.stream_id };
}
