import type { Pool } from 'pg';
import type { FaxSettings, GatewayKind, SmsSettings } from './gateway.ts';

/** Gateways of tenants as senders and planners want them: as they are now. */
export class GatewaysOf {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async kinds(tenantId: string): Promise<ReadonlySet<GatewayKind>> {
    const { rows } = await this.pool.query<{ kind: GatewayKind }>(
      'SELECT kind FROM message_gateway WHERE tenant_id = $1',
      [tenantId],
    );
    return new Set(rows.map(({ kind }) => kind));
  }

  sms(tenantId: string): Promise<SmsSettings | null> {
    return this.settings<SmsSettings>(tenantId, 'sms');
  }

  fax(tenantId: string): Promise<FaxSettings | null> {
    return this.settings<FaxSettings>(tenantId, 'fax');
  }

  private async settings<Settings>(tenantId: string, kind: GatewayKind): Promise<Settings | null> {
    const { rows } = await this.pool.query<{ settings: Settings }>(
      'SELECT settings FROM message_gateway WHERE tenant_id = $1 AND kind = $2',
      [tenantId, kind],
    );
    return rows[0]?.settings ?? null;
  }
}
