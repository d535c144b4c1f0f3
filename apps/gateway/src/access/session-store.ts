import { isId } from '@aftertone/kernel';
import type { Database } from '../database/database.ts';
import { registryTenantId } from '../identity/tenants/tenant.aggregate.ts';
import { tokenHash } from '../identity/tokens/token-text.ts';
import type { Presented, SessionFacts, TokenOwner } from './session.ts';

type Row = Omit<SessionFacts, 'expiresAt'> & { n: number; expiresAt: Date | null };

const ofUser = (tokenId: string, expiresAt: string): string => `
  SELECT 'user' AS kind, u.tenant_id AS home, u.id AS "userId", ${tokenId} AS "tokenId", u.role,
    coalesce(u.policy_ids, '{}') AS "policyIds",
    coalesce((
      SELECT json_agg(p.acl ORDER BY p.id) FROM policies p
      WHERE p.tenant_id = u.tenant_id AND p.id = ANY (u.policy_ids)
    ), '[]') AS acls,
    ARRAY(SELECT g.mailbox_id FROM group_access g WHERE g.tenant_id = u.tenant_id AND g.user_id = u.id ORDER BY 1)
      AS "groupMailboxIds",
    ${expiresAt} AS "expiresAt"
  FROM users u`;

/** Tokens of users who are there, of their present password, and service tokens; both until they end. */
const valid = (userToken: string, serviceToken: string): string => `
  ${ofUser('t.token_id', 't.expires_at')}
  JOIN tokens t ON t.tenant_id = u.tenant_id AND t.user_id = u.id
  JOIN credentials c ON c.tenant_id = t.tenant_id AND c.user_id = t.user_id AND c.generation = t.generation
  WHERE ${userToken} AND t.expires_at > now()
  UNION ALL
  SELECT 'service', s.tenant_id, s.id, s.id, NULL, '{}', json_build_array(s.acl), '{}', s.expires_at
  FROM service_tokens s JOIN service_token_secrets x ON x.tenant_id = s.tenant_id AND x.id = s.id
  WHERE ${serviceToken} AND (s.expires_at IS NULL OR s.expires_at > now())`;

/** `asked` has `n` (from 1) and the tenant that is named, by id or name; without either it is the own one. */
const sessions = (asked: string, facts: string): string => `
  SELECT s.*, (SELECT d.cell FROM tenants d WHERE d.tenant_id = '${registryTenantId}' AND d.id = s."tenantId") AS cell
  FROM (SELECT a.n::integer, f.kind, f.home AS "homeTenantId", f."userId", f."tokenId", f.role, f."policyIds", f.acls,
    f."groupMailboxIds", f."expiresAt",
    CASE WHEN a.tenant_id IS NULL AND a.tenant_name IS NULL THEN f.home ELSE (
      SELECT d.id FROM tenants d
      WHERE d.tenant_id = '${registryTenantId}' AND (d.id = a.tenant_id OR d.name = a.tenant_name)
        AND d.lineage @> ARRAY[f.home]
    ) END AS "tenantId"
  FROM ${asked} JOIN LATERAL (${facts}) f ON true) s`;

const ofHash = valid('t.token_hash = a.hash', 'x.token_hash = a.hash');

/** Most questions are about one token: Postgres keeps the plan of this one, where it makes a new one for each array. */
const byOneHash = sessions(
  '(SELECT $1::text AS hash, $2::uuid AS tenant_id, $3::text AS tenant_name, 1 AS n) a',
  ofHash,
);

const byHash = sessions(
  'unnest($1::text[], $2::uuid[], $3::text[]) WITH ORDINALITY AS a (hash, tenant_id, tenant_name, n)',
  ofHash,
);

const byId = sessions(
  '(SELECT *, NULL::uuid AS tenant_id, NULL AS tenant_name FROM unnest($1::uuid[]) WITH ORDINALITY AS i (id, n)) a',
  valid('t.token_id = a.id', 'x.id = a.id'),
);

const byUser = sessions(
  `unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
    WITH ORDINALITY AS a (home, user_id, tenant_id, tenant_name, n)`,
  `${ofUser('u.id', 'NULL::timestamptz')} WHERE u.tenant_id = a.home AND u.id = a.user_id`,
);

const byOwner = sessions(
  `(SELECT *, NULL AS tenant_name FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY
    AS o (home, owner_id, tenant_id, n)) a`,
  `${ofUser('u.id', 'NULL::timestamptz')} WHERE u.tenant_id = a.home AND u.id = a.owner_id
  UNION ALL
  SELECT 'service', s.tenant_id, s.id, s.id, NULL, '{}', json_build_array(s.acl), '{}', s.expires_at
  FROM service_tokens s WHERE s.tenant_id = a.home AND s.id = a.owner_id AND (s.expires_at IS NULL OR s.expires_at > now())`,
);

/** What a tenant is named by, for a query: an id or a name. */
export const namedTenant = (tenant: string | undefined): { id: string | null; name: string | null } =>
  tenant !== undefined && isId(tenant) ? { id: tenant, name: null } : { id: null, name: tenant ?? null };

const factsFrom = ({ n: _, expiresAt, ...row }: Row): SessionFacts => ({
  ...row,
  expiresAt: expiresAt?.getTime() ?? null,
});

const inOrder = (asked: readonly unknown[], rows: readonly Row[]): (SessionFacts | null)[] => {
  const found = new Map(rows.map((row) => [row.n, row]));
  return asked.map((_, index) => {
    const row = found.get(index + 1);
    return row === undefined ? null : factsFrom(row);
  });
};

/** A user, and the tenant to act in as for `Presented`. */
export interface AskedUser extends Pick<Presented, 'tenant'> {
  tenantId: string;
  userId: string;
}

/**
 * What tokens stand for, each time asked anew and in one query. It comes before a tenant is known and so is not under
 * row-level security.
 */
export class SessionStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** In the order of `presented`; null for a token that is unknown, ended, of an older password or of a deleted user. */
  async byTokens(presented: readonly Presented[]): Promise<(SessionFacts | null)[]> {
    const tenants = presented.map(({ tenant }) => namedTenant(tenant));
    const values = [
      presented.map(({ token }) => tokenHash(token)),
      tenants.map(({ id }) => id),
      tenants.map(({ name }) => name),
    ];
    const { rows } =
      presented.length === 1
        ? await this.database.query<Row>(byOneHash, values.flat(), 'session-by-hash')
        : await this.database.query<Row>(byHash, values, 'sessions-by-hash');
    return inOrder(presented, rows);
  }

  /** Those that are still valid, in their own tenants. */
  async byTokenIds(ids: readonly string[]): Promise<SessionFacts[]> {
    const { rows } = await this.database.query<Row>(byId, [ids], 'sessions-by-id');
    return rows.map(factsFrom);
  }

  /** Users who have no token of ours: their ids stand in the place of the tokens'. In order; null when there is none. */
  async byUsers(asked: readonly AskedUser[]): Promise<(SessionFacts | null)[]> {
    const tenants = asked.map(({ tenant }) => namedTenant(tenant));
    const values = [
      asked.map(({ tenantId }) => tenantId),
      asked.map(({ userId }) => userId),
      tenants.map(({ id }) => id),
      tenants.map(({ name }) => name),
    ];
    const { rows } = await this.database.query<Row>(byUser, values, 'sessions-by-user');
    return inOrder(asked, rows);
  }

  /** Users and service tokens themselves, without a token shown: in their order, null for those who are gone. */
  async byOwners(owners: readonly TokenOwner[]): Promise<(SessionFacts | null)[]> {
    const values = [
      owners.map(({ homeTenantId }) => homeTenantId),
      owners.map(({ ownerId }) => ownerId),
      owners.map(({ tenantId }) => tenantId),
    ];
    const { rows } = await this.database.query<Row>(byOwner, values, 'sessions-by-owner');
    return inOrder(owners, rows);
  }
}
