import type { EventStore } from '../store/store.ts';
import { rewrap } from './fields.ts';

interface Row {
  tenant_id: string;
  key_id: string;
  wrapped: Buffer;
}

const pageSize = 500;

/**
 * Wraps every data key with the store's current key-encryption key, so that the others can leave the configuration. To
 * be run when all processes have the new key in first place: one that still wraps with an old key would go on needing it.
 *
 * @returns how many data keys were wrapped anew
 */
export async function rewrapKeys({ pool, ring }: EventStore): Promise<number> {
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
  await pool.query('DELETE FROM key_check WHERE kek_id <> $1', [ring.current.id]);
  return count;
}
