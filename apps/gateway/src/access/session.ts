import type { AclCheck, Actor, User } from '@aftertone/contracts';

/** What a valid token stands for. */
export interface Session {
  /** A person, or other software with a service token. */
  kind: 'user' | 'service';
  /** The tenant in which the request acts: the token's own, or one below it that `X-Tenant` names. */
  tenantId: string;
  /** The token's own tenant. */
  homeTenantId: string;
  /** User id, or the service token's id: what `me` stands for. */
  userId: string;
  tokenId: string;
  /** May administer the tenant: the ACL allows `administerAccess`. */
  admin: boolean;
  /** ACL patterns, as they are told to the token's owner; group mailboxes are named. */
  acl: readonly string[];
  /** Whether the patterns allow this access. */
  allows: AclCheck;
  /** Rights on mailboxes that the ACL gives by naming them, for the services. */
  grants: Actor['grants'];
  /** Milliseconds since 1970; null never ends by itself. */
  expiresAt: number | null;
}

/** The stored facts of a session. */
export interface SessionFacts {
  tenantId: string;
  userId: string;
  tokenId: string;
  role: User['role'];
  expiresAt: number;
}
