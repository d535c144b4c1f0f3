import type { Database } from '../database/database.ts';
import { registryTenantId } from '../identity/tenants/tenant.aggregate.ts';
import type { Positions } from './subscription.entity.ts';

/** A subscription as its upkeep sees it. */
export interface KeptSubscription {
  tenantId: string;
  id: string;
  ownerId: string;
  ownerTenantId: string;
  isTemporary: boolean;
  types: string[] | null;
  consumers: string[];
  inexact: string[];
  positions: Positions;
}

/** What upkeep found out. */
export type Progress = Pick<KeptSubscription, 'tenantId' | 'id' | 'positions'> & {
  consumers: readonly string[];
  inexact: readonly string[];
};

const pageSize = 500;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/** Subscriptions in tenants of one cell. */
interface CellFilter {
  cell: string;
  /** The gateway's own, in which tenants live that name none. */
  home: string;
}

const inCell = `
  AND coalesce((SELECT t.cell FROM tenants t WHERE t.tenant_id = '${registryTenantId}' AND t.id = s.tenant_id), $2) = $3`;

const kept = `
  SELECT s.tenant_id AS "tenantId", s.id, s.owner_id AS "ownerId", s.owner_tenant_id AS "ownerTenantId",
    s.name IS NULL AS "isTemporary", s.types, p.consumers, p.inexact, p.positions
  FROM subscriptions s JOIN subscription_progress p ON p.tenant_id = s.tenant_id AND p.id = s.id`;

/** The subscriptions of all tenants, for the service's own work. */
export class SubscriptionsTable {
  private readonly database: Database;
  private readonly among: CellFilter | undefined;

  constructor(database: Database, among?: CellFilter) {
    this.database = database;
    this.among = among;
  }

  /** All of them, or those of the cell, in pages. */
  async *pages(): AsyncGenerator<KeptSubscription[]> {
    const { among } = this;
    for (let after = beforeAll; ; ) {
      const { rows } = await this.database.query<KeptSubscription>(
        `${kept} WHERE s.id > $1 ${among === undefined ? '' : inCell} ORDER BY s.id LIMIT ${pageSize}`,
        among === undefined ? [after] : [after, among.home, among.cell],
      );
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      after = last.id;
    }
  }

  /** Those of the ids that there are. */
  async known(ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.database.query<{ id: string }>(
      'SELECT id FROM subscriptions WHERE id = ANY ($1::uuid[])',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Its consumers, as `<stream>.<consumer>`. */
  async consumersOf(id: string): Promise<string[]> {
    const { rows } = await this.database.query<{ consumers: string[] }>(
      'SELECT consumers FROM subscription_progress WHERE id = $1',
      [id],
    );
    return rows[0]?.consumers ?? [];
  }

  /** Slots that an owner's subscriptions take, in whatever tenant. */
  async slots(ownerId: string): Promise<Set<number>> {
    const { rows } = await this.database.query<{ slot: number }>('SELECT slot FROM subscriptions WHERE owner_id = $1', [
      ownerId,
    ]);
    return new Set(rows.map(({ slot }) => slot));
  }

  /** By owner: ids and consumers of their subscriptions. */
  async ofOwners(ownerIds: readonly string[]): Promise<Map<string, { id: string; consumers: string[] }[]>> {
    const { rows } = await this.database.query<{ ownerId: string; id: string; consumers: string[] }>(
      `SELECT s.owner_id AS "ownerId", s.id, p.consumers
       FROM subscriptions s JOIN subscription_progress p ON p.tenant_id = s.tenant_id AND p.id = s.id
       WHERE s.owner_id = ANY ($1::uuid[]) ORDER BY s.id`,
      [ownerIds],
    );
    return Map.groupBy(rows, ({ ownerId }) => ownerId);
  }

  /** Writes what upkeep found out, in one statement. Subscriptions that ended meanwhile are left out. */
  async keep(progress: readonly Progress[]): Promise<void> {
    if (progress.length === 0) return;
    await this.database.query(
      `UPDATE subscription_progress p
       SET consumers = ARRAY(SELECT jsonb_array_elements_text(n.row->'consumers')),
         inexact = ARRAY(SELECT jsonb_array_elements_text(n.row->'inexact')),
         positions = n.row->'positions'
       FROM jsonb_array_elements($1::jsonb) AS n (row)
       WHERE p.tenant_id = (n.row->>'tenantId')::uuid AND p.id = (n.row->>'id')::uuid`,
      [JSON.stringify(progress)],
    );
  }

  /** How far the reader of the history came; null: to its end. */
  async keepReplay(tenantId: string, id: string, after: string | null): Promise<void> {
    await this.database.query(
      `UPDATE subscription_progress SET replay_after = $3, replay_until = CASE WHEN $3::text IS NOT NULL THEN replay_until END
       WHERE tenant_id = $1 AND id = $2 AND replay_until IS NOT NULL`,
      [tenantId, id, after],
    );
  }
}
