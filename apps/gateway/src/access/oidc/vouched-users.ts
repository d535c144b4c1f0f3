import { DomainError } from '@aftertone/kernel';
import type { Database } from '../../database/database.ts';
import { registryTenantId } from '../../identity/tenants/tenant.aggregate.ts';
import { namedTenant } from '../session-store.ts';
import type { Claims, Issuers } from './issuers.ts';

/** A user of ours for whom another issuer vouches. */
export interface Vouched {
  tenantId: string;
  userId: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const usersByName = `
  SELECT a.n::integer, u.tenant_id AS "tenantId", u.id AS "userId"
  FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS a (tenant_id, tenant_name, username, n)
  JOIN tenants t ON t.tenant_id = '${registryTenantId}' AND (t.id = a.tenant_id OR t.name = a.tenant_name)
  JOIN users u ON u.tenant_id = t.id AND lower(u.username) = lower(a.username)`;

/** Whose tokens of other issuers are: only a user who is there can act. */
export class VouchedUsers {
  private readonly issuers: Issuers;
  private readonly database: Pick<Database, 'query'>;

  constructor(issuers: Issuers, database: Pick<Database, 'query'>) {
    this.issuers = issuers;
    this.database = database;
  }

  /** Null when the token is not valid or names nobody of ours. Throws `issuer-unavailable`. */
  async of(token: string): Promise<Vouched | null> {
    const [found = null] = await this.find([await this.issuers.claims(token)]);
    return found;
  }

  /** For many at once, in their order; null also where the issuer cannot be asked, which must not hold up the others. */
  async ofAll(tokens: readonly string[]): Promise<(Vouched | null)[]> {
    const asked = tokens.map((token) =>
      this.issuers.claims(token).catch((error: unknown) => {
        if (error instanceof DomainError) return null;
        throw error;
      }),
    );
    return this.find(await Promise.all(asked));
  }

  private async find(claims: readonly (Claims | null)[]): Promise<(Vouched | null)[]> {
    if (claims.every((one) => one === null)) return claims.map(() => null);
    const tenants = claims.map((one) => namedTenant(one?.tenant));
    const { rows } = await this.database.query<{ n: number; tenantId: string; userId: string }>(usersByName, [
      tenants.map(({ id }) => id),
      tenants.map(({ name }) => name),
      claims.map((one) => one?.username ?? null),
    ]);
    const users = new Map(rows.map(({ n, ...user }) => [n, user]));
    return claims.map((one, index) => {
      const user = users.get(index + 1);
      return one === null || user === undefined ? null : { ...user, expiresAt: one.expiresAt };
    });
  }
}
