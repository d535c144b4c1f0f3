import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { KeyRing } from './keks.ts';

const binding = 'key-check';

/**
 * Proves at start-up that every key-encryption key this store was ever sealed with is configured, and records the
 * current one.
 *
 * @throws Error that names the key which is missing or is another one
 */
export async function checkKeks(pool: pg.Pool, ring: KeyRing): Promise<void> {
  await openAll(pool, ring);
  await pool.query('INSERT INTO key_check (kek_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    ring.current.id,
    ring.wrap(randomBytes(32), binding),
  ]);
  // Once more: two that begin at the same moment with different keys of one name would both have found none.
  await openAll(pool, ring);
}

async function openAll(pool: pg.Pool, ring: KeyRing): Promise<void> {
  const { rows } = await pool.query<{ wrapped: Buffer }>('SELECT wrapped FROM key_check');
  for (const { wrapped } of rows) ring.unwrap(wrapped, binding);
}
