import { initialTenantNotify, type TenantNotify } from '@aftertone/contracts';
import type { Pool } from 'pg';

export interface KnownTenant {
  name: string;
  notify: TenantNotify;
}

/** Of a tenant that has told nothing yet. */
const unknownTenant: KnownTenant = { name: '', notify: initialTenantNotify };

/** notify-svc's own copy of tenants' settings, kept by events of the gateway. */
export class KnownTenants {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async record(id: string, { name, notify }: KnownTenant, version: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO known_tenant AS known (id, name, notify, version) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, notify = excluded.notify, version = excluded.version
       WHERE known.version < excluded.version`,
      [id, name, notify, version],
    );
  }

  async find(id: string): Promise<KnownTenant> {
    const { rows } = await this.pool.query<KnownTenant>('SELECT name, notify FROM known_tenant WHERE id = $1', [id]);
    return rows[0] ?? unknownTenant;
  }
}
