import type { Session } from '../../access/session.ts';
import type { Database } from '../../database/database.ts';

/** A use is written at most so often for each token, by all replicas together. */
const interval = '1 minute';

/** Remembers when service tokens were shown, and writes that from time to time: no request waits for it. */
export class ServiceTokenUses {
  private readonly database: Database;
  private shown = new Map<string, { tenantId: string; at: Date }>();

  constructor(database: Database) {
    this.database = database;
  }

  note({ kind, homeTenantId, userId }: Session): void {
    if (kind === 'service') this.shown.set(userId, { tenantId: homeTenantId, at: new Date() });
  }

  /** Writes what was noted since the last time. What cannot be written is noted again. */
  async write(): Promise<void> {
    if (this.shown.size === 0) return;
    const written = this.shown;
    this.shown = new Map();
    const uses = [...written];
    try {
      // A token that was deleted meanwhile has no use to be kept.
      await this.database.query(
        `INSERT INTO service_token_uses AS u (tenant_id, id, used_at)
         SELECT s.tenant_id, s.id, n.at FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS n (tenant_id, id, at)
         JOIN service_tokens s ON s.tenant_id = n.tenant_id AND s.id = n.id ORDER BY s.tenant_id, s.id
         ON CONFLICT (tenant_id, id) DO UPDATE SET used_at = excluded.used_at
         WHERE u.used_at < excluded.used_at - interval '${interval}'`,
        [uses.map(([, { tenantId }]) => tenantId), uses.map(([id]) => id), uses.map(([, { at }]) => at)],
      );
    } catch (error) {
      this.shown = new Map([...written, ...this.shown]);
      throw error;
    }
  }
}
