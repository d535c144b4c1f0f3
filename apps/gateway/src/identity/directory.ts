import { isId } from '@aftertone/kernel';
import type { Database } from '../database/database.ts';
import { registryTenantId } from './tenants/tenant.aggregate.ts';

/** What a log-in is checked against. */
export interface Login {
  tenantId: string;
  userId: string;
  passwordHash: string;
  generation: string;
}

/**
 * The questions that come before a tenant is known: which tenant is meant, who is this (and, in `SessionStore`, what
 * does this token stand for). They are the only ones that are not asked under row-level security.
 */
export class Directory {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Id of a tenant by its name or id; of the platform's first tenant when neither is given. */
  async tenantId(nameOrId: string | undefined): Promise<string | undefined> {
    const { rows } = await this.database.query<{ id: string }>(
      nameOrId === undefined
        ? 'SELECT id FROM tenants WHERE parent_id IS NULL'
        : isId(nameOrId)
          ? 'SELECT id FROM tenants WHERE id = $1'
          : 'SELECT id FROM tenants WHERE name = $1',
      nameOrId === undefined ? [] : [nameOrId],
    );
    return rows[0]?.id;
  }

  /** From the platform's first tenant down to this one. */
  async lineage(tenantId: string): Promise<string[]> {
    const { rows } = await this.database.query<{ lineage: string[] }>('SELECT lineage FROM tenants WHERE id = $1', [
      tenantId,
    ]);
    return rows[0]?.lineage ?? [];
  }

  /** The cells of tenants, by tenant; null is the gateway's own. */
  async cells(tenantIds: readonly string[]): Promise<Map<string, string | null>> {
    const { rows } = await this.database.query<{ id: string; cell: string | null }>(
      `SELECT id, cell FROM tenants WHERE tenant_id = '${registryTenantId}' AND id = ANY ($1::uuid[])`,
      [tenantIds],
      'cells-of-tenants',
    );
    return new Map(rows.map(({ id, cell }) => [id, cell]));
  }

  /** Null is the gateway's own. */
  async cellOf(tenantId: string): Promise<string | null> {
    return (await this.cells([tenantId])).get(tenantId) ?? null;
  }

  async login(tenantId: string, username: string): Promise<Login | undefined> {
    const { rows } = await this.database.query<Login>(
      `SELECT u.tenant_id AS "tenantId", u.id AS "userId", c.password_hash AS "passwordHash", c.generation
       FROM users u JOIN credentials c ON c.tenant_id = u.tenant_id AND c.user_id = u.id
       WHERE u.tenant_id = $1 AND lower(u.username) = lower($2)`,
      [tenantId, username],
    );
    return rows[0];
  }

  async nextShortId(): Promise<number> {
    const { rows } = await this.database.query<{ next: string }>(`SELECT nextval('user_short_id') AS next`);
    return Number(rows[0]?.next);
  }

  /** Removes what has ended; returns how many rows went. */
  async sweep(): Promise<number> {
    const tokens = await this.database.query('DELETE FROM tokens WHERE expires_at < now()');
    const attempts = await this.database.query('DELETE FROM login_attempts WHERE ends_at < now()');
    return (tokens.rowCount ?? 0) + (attempts.rowCount ?? 0);
  }
}
