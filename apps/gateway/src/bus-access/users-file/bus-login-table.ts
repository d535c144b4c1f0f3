import type { Database } from '../../database/database.ts';

export interface RegisteredLogin {
  tenantId: string;
  tokenId: string;
  passwordHash: string;
}

const pageSize = 500;

/** Tokens whose owners asked for a log-in on the bus. */
export class BusLoginTable {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Once per token; again changes nothing. */
  async add({ tenantId, tokenId, passwordHash }: RegisteredLogin): Promise<void> {
    await this.database.query(
      `INSERT INTO bus_login (tenant_id, token_id, password_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [tenantId, tokenId, passwordHash],
    );
  }

  /** All of them, in pages. */
  async *pages(): AsyncGenerator<RegisteredLogin[]> {
    let after: [string, string] = ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'];
    for (;;) {
      const { rows } = await this.database.query<RegisteredLogin>(
        `SELECT tenant_id AS "tenantId", token_id AS "tokenId", password_hash AS "passwordHash" FROM bus_login
         WHERE (tenant_id, token_id) > ($1, $2) ORDER BY tenant_id, token_id LIMIT ${pageSize}`,
        after,
      );
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      after = [last.tenantId, last.tokenId];
    }
  }

  async remove(logins: readonly RegisteredLogin[]): Promise<void> {
    await this.database.query(
      'DELETE FROM bus_login USING unnest($1::uuid[], $2::uuid[]) AS gone (tenant_id, token_id) WHERE bus_login.tenant_id = gone.tenant_id AND bus_login.token_id = gone.token_id',
      [logins.map(({ tenantId }) => tenantId), logins.map(({ tokenId }) => tokenId)],
    );
  }
}
