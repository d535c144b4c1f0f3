import { administerAccess, builtInPolicyIds, compileAcl, rolePolicies } from '@aftertone/contracts';
import { grantsOf } from './grants.ts';
import { limitsOf } from './limits.ts';
import type { Session, SessionFacts } from './session.ts';

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** The ACL of a user by role and policies. `acls`: those of the policies that are not built in. */
export const aclOfUser = ({ role, policyIds, acls }: Pick<SessionFacts, 'role' | 'policyIds' | 'acls'>) => {
  if (role === 'admin') return rolePolicies.admin;
  if (policyIds.length === 0) return rolePolicies.user;
  return unique([...(policyIds.includes(builtInPolicyIds.user) ? rolePolicies.user : []), ...acls.flat()]);
};

const groupPattern = /^(!?events\.voicemails\.groups\.)me(\..*)$/;

/** `events.voicemails.groups.me.…` once for each group mailbox of the user. */
const withGroups = (acl: readonly string[], mailboxIds: readonly string[]): readonly string[] => {
  if (!acl.some((pattern) => groupPattern.test(pattern))) return acl;
  return acl.flatMap((pattern) => {
    const [, before, after] = groupPattern.exec(pattern) ?? [];
    return before === undefined ? [pattern] : mailboxIds.map((id) => `${before}${id}${after}`);
  });
};

/** What a valid token stands for; null when the request names a tenant that is out of its reach. */
export const sessionFrom = (facts: SessionFacts): Session | null => {
  const { kind, homeTenantId, tenantId, cell, userId, tokenId, expiresAt } = facts;
  if (tenantId === null) return null;
  const policyAcl = kind === 'service' ? unique(facts.acls.flat()) : aclOfUser(facts);
  const acl = withGroups(policyAcl, facts.groupMailboxIds);
  const who = { authId: userId, sessionId: tokenId };
  const allows = compileAcl(acl, who);
  const admin = allows(administerAccess);
  if (tenantId !== homeTenantId && !admin) return null;
  let grants: Session['grants'] | null = null;
  let limits: Session['limits'] | null = null;
  return {
    kind,
    tenantId,
    cell,
    homeTenantId,
    userId,
    tokenId,
    admin,
    acl,
    policyAcl,
    allows,
    // Most requests need none.
    get grants() {
      if (grants === null) grants = grantsOf(kind, acl, who);
      return grants;
    },
    get limits() {
      if (limits === null) limits = limitsOf(acl, who);
      return limits;
    },
    expiresAt,
  };
};
