import type { EventStore } from '../store/store.ts';
import { rewrap } from './fields.ts';
import { secretBinding, secretTable } from './secrets.ts';

interface Row {
  tenant_id: string;
  key_id: string;
  wrapped: Buffer;
}

const pageSize = 500;

/**
 * Wraps every data key and every secret with the store's current key-encryption key, so that the others can leave the configuration. To
 * be run when all processes have the new key in first place: one that still wraps with an old key would go on needing it.
 *
 * @returns how many were wrapped anew
 */
export async function rewrapKeys(store: EventStore): Promise<number> {
  const count = (await rewrapDataKeys(store)) + (await rewrapSecrets(store));
  await store.pool.query('DELETE FROM key_check WHERE kek_id <> $1', [store.ring.current.id]);
  return count;
}

async function rewrapDataKeys({ pool, ring }: EventStore): Promise<number> {
  const prefix = ring.currentPrefix;
  let count = 0;
  let after: Pick<Row, 'tenant_id' | 'key_id'> = {
    tenant_id: '00000000-0000-0000-0000-000000000000',
    key_id: '00000000-0000-0000-0000-000000000000',
  };
  for (;;) {
    const { rows } = await pool.query<Row>(
      `SELECT tenant_id, key_id, wrapped FROM subject_key
       WHERE (tenant_id, key_id) > ($1, $2) AND wrapped IS NOT NULL AND substring(wrapped for $3) <> $4
       ORDER BY tenant_id, key_id LIMIT ${pageSize}`,
      [after.tenant_id, after.key_id, prefix.length, prefix],
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    const wrapped = rows.map((row) => rewrap(ring, row.tenant_id, row.key_id, row.wrapped));
    // A key that was destroyed in the meantime stays destroyed: only what was read is replaced.
    const { rowCount } = await pool.query(
      `UPDATE subject_key k SET wrapped = x.new
       FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) AS x(tenant_id, key_id, old, new)
       WHERE k.tenant_id = x.tenant_id AND k.key_id = x.key_id AND k.wrapped = x.old`,
      [rows.map((row) => row.tenant_id), rows.map((row) => row.key_id), rows.map((row) => row.wrapped), wrapped],
    );
    count += rowCount ?? 0;
    after = last;
  }
  return count;
}

/** What was read is replaced, and is found no more by the next look; a secret that changed in between is sealed anew. */
async function rewrapSecrets({ pool, ring }: EventStore): Promise<number> {
  const prefix = ring.currentPrefix;
  let count = 0;
  for (;;) {
    const { rows } = await pool.query<{ tenant_id: string; owner: string; box: Buffer }>(
      `SELECT tenant_id, owner, box FROM ${secretTable} WHERE substring(box for $1) <> $2 LIMIT ${pageSize}`,
      [prefix.length, prefix],
    );
    if (rows.length === 0) return count;
    const boxes = rows.map(({ tenant_id, owner, box }) => {
      const binding = secretBinding(tenant_id, owner);
      return ring.wrap(ring.unwrap(box, binding), binding);
    });
    const { rowCount } = await pool.query(
      `UPDATE ${secretTable} s SET box = x.new
       FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) AS x(tenant_id, owner, old, new)
       WHERE s.tenant_id = x.tenant_id AND s.owner = x.owner AND s.box = x.old`,
      [rows.map(({ tenant_id }) => tenant_id), rows.map(({ owner }) => owner), rows.map(({ box }) => box), boxes],
    );
    count += rowCount ?? 0;
  }
}
