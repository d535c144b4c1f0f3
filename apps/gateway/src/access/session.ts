import type { AclCheck, User } from '@aftertone/contracts';

/** What a valid token stands for. */
export interface Session {
  tenantId: string;
  userId: string;
  tokenId: string;
  /** May administer the tenant. */
  admin: boolean;
  /** ACL patterns, as they are told to the token's owner. */
  acl: readonly string[];
  /** Whether the patterns allow this access. */
  allows: AclCheck;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** The stored facts of a session. */
export interface SessionFacts {
  tenantId: string;
  userId: string;
  tokenId: string;
  role: User['role'];
  expiresAt: number;
}
