import type { UserNotify } from '@aftertone/contracts';
import type { Pool } from 'pg';

/** What notifications need of a user. */
export interface KnownUser {
  id: string;
  /** First and last name, or the user name. */
  name: string;
  email: string | null;
  language: string | null;
  timezone: string | null;
  notify: UserNotify;
}

const columns = 'id, name, email, language, timezone, notify';

/** notify-svc's own copy of users, kept by events of the gateway. */
export class KnownUsers {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async record(tenantId: string, user: KnownUser, version: number): Promise<void> {
    const { id, name, email, language, timezone, notify } = user;
    await this.pool.query(
      `INSERT INTO known_user AS known (tenant_id, id, name, email, language, timezone, notify, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, email = excluded.email,
         language = excluded.language, timezone = excluded.timezone, notify = excluded.notify, version = excluded.version
       WHERE known.version < excluded.version`,
      [tenantId, id, name, email, language, timezone, notify, version],
    );
  }

  /** The row stays, without anything of the person: an event that comes late does not bring it back. */
  async forget(tenantId: string, userId: string, version: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO known_user AS known (tenant_id, id, name, notify, version) VALUES ($1, $2, '', '{}', $3)
       ON CONFLICT (tenant_id, id) DO UPDATE SET name = '', email = NULL, language = NULL, timezone = NULL,
         notify = '{}', version = excluded.version`,
      [tenantId, userId, version],
    );
    await this.pool.query('DELETE FROM known_member WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
  }

  /** By address in lower case. Of several users with one address the first. */
  async byEmail(tenantId: string, addresses: readonly string[]): Promise<ReadonlyMap<string, KnownUser>> {
    if (addresses.length === 0) return new Map();
    const { rows } = await this.pool.query<KnownUser & { email: string }>(
      `SELECT DISTINCT ON (lower(email)) ${columns} FROM known_user
       WHERE tenant_id = $1 AND lower(email) = ANY ($2) AND notify <> '{}' ORDER BY lower(email), id`,
      [tenantId, addresses.map((address) => address.toLowerCase())],
    );
    return new Map(rows.map((user) => [user.email.toLowerCase(), user]));
  }

  async byId(tenantId: string, ids: readonly string[]): Promise<KnownUser[]> {
    const { rows } = await this.pool.query<KnownUser>(
      `SELECT ${columns} FROM known_user WHERE tenant_id = $1 AND id = ANY ($2) AND notify <> '{}' ORDER BY id`,
      [tenantId, ids],
    );
    return rows;
  }

  /** By tenant and address in lower case (`addressKey`). Of several users with one address the first. */
  async byEmails(asked: ReadonlyArray<{ tenantId: string; address: string }>): Promise<ReadonlyMap<string, KnownUser>> {
    if (asked.length === 0) return new Map();
    const { rows } = await this.pool.query<KnownUser & { tenantId: string; email: string }>({
      name: 'users-by-emails',
      text: `SELECT DISTINCT ON (tenant_id, lower(email)) tenant_id AS "tenantId", ${columns} FROM known_user
        WHERE (tenant_id, lower(email)) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) AND notify <> '{}'
        ORDER BY tenant_id, lower(email), id`,
      values: [asked.map(({ tenantId }) => tenantId), asked.map(({ address }) => address.toLowerCase())],
    });
    return new Map(rows.map(({ tenantId, ...user }) => [addressKey(tenantId, user.email), user]));
  }
}

export const addressKey = (tenantId: string, address: string): string => `${tenantId} ${address.toLowerCase()}`;
