import { builtInPolicyIds, type User } from '@aftertone/contracts';
import { aclOfUser } from '../../access/session-from.ts';
import { unknownPolicy } from '../guards.ts';
import type { PoliciesQuery } from '../policies/policies.query.ts';

/** What a role and policies allow. */
export class UserAccess {
  private readonly policies: PoliciesQuery;

  constructor(policies: PoliciesQuery) {
    this.policies = policies;
  }

  /** The ACL of a user with these. Throws `unknown-policy` with every id that is no policy that a user may have. */
  async aclOf(tenantId: string, { role, policyIds }: Pick<User, 'role' | 'policyIds'>): Promise<readonly string[]> {
    const found = policyIds.length === 0 ? [] : await this.policies.some(tenantId, policyIds);
    const known = new Set(found.map(({ id }) => id));
    const errors = policyIds.flatMap((id, index) => {
      const path = `policyIds.${index}`;
      if (!known.has(id)) return [{ path, message: 'must be a policy of the tenant' }];
      return id === builtInPolicyIds.admin ? [{ path, message: 'comes with the role admin alone' }] : [];
    });
    if (errors.length > 0) throw unknownPolicy(errors);
    const acls = found.filter(({ builtIn }) => !builtIn).map(({ acl }) => acl);
    return aclOfUser({ role, policyIds, acls });
  }
}
