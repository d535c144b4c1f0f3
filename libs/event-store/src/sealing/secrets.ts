import type pg from 'pg';
import type { RowChange } from '../types.ts';
import type { KeyRing } from './keks.ts';

export const secretTable = 'sealed_secret';

export const secretBinding = (tenantId: string, owner: string): string => `secret:${tenantId.toLowerCase()}:${owner}`;

/**
 * Texts that a service needs again and nobody may read: header values, tokens, passwords to other systems. They are
 * sealed with the key-encryption key, bound to tenant and owner, and written with the command that they came with
 * (`extraRows`); they are in no event and in no read model.
 */
export class Secrets {
  private readonly pool: pg.Pool;
  private readonly ring: KeyRing;

  constructor(pool: pg.Pool, ring: KeyRing) {
    this.pool = pool;
    this.ring = ring;
  }

  /** @param owner what the secret belongs to, unique in the tenant: `webhook:<id>` */
  row(tenantId: string, owner: string, plain: string): RowChange {
    const box = this.ring.wrap(Buffer.from(plain), secretBinding(tenantId, owner));
    return { table: secretTable, op: 'upsert', row: { tenant_id: tenantId, owner, box: `\\x${box.toString('hex')}` } };
  }

  withoutRow(tenantId: string, owner: string): RowChange {
    return { table: secretTable, op: 'delete', key: { tenant_id: tenantId, owner } };
  }

  /** The secrets of these owners, by owner; one that has none is not in it. */
  async open(tenantId: string, owners: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.pool.query<{ owner: string; box: Buffer }>(
      `SELECT owner, box FROM ${secretTable} WHERE tenant_id = $1 AND owner = ANY ($2)`,
      [tenantId, owners],
    );
    return new Map(
      rows.map(({ owner, box }) => [owner, this.ring.unwrap(box, secretBinding(tenantId, owner)).toString()]),
    );
  }
}
