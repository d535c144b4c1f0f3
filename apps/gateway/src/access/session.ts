import type { AclCheck, Actor, User } from '@aftertone/contracts';

/** What a valid token stands for. */
export interface Session {
  /** A person, or other software with a service token. */
  kind: 'user' | 'service';
  /** The tenant in which the request acts: the token's own, or one below it that `X-Tenant` names. */
  tenantId: string;
  /** The cell in which that tenant lives; null is the gateway's own. */
  cell: string | null;
  /** The token's own tenant. */
  homeTenantId: string;
  /** User id, or the service token's id: what `me` stands for. */
  userId: string;
  tokenId: string;
  /** May administer the tenant: the ACL allows `administerAccess`. */
  admin: boolean;
  /** ACL patterns, as they are told to the token's owner; group mailboxes are named. */
  acl: readonly string[];
  /** The patterns as policies or the service token have them: what may be given to others. */
  policyAcl: readonly string[];
  /** Whether the patterns allow this access. */
  allows: AclCheck;
  /** Rights on mailboxes that the ACL gives by naming them, for the services. */
  grants: Actor['grants'];
  /** What the ACL's denials leave of the rights on mailboxes that they name, for the services. */
  limits: Actor['limits'];
  /** Milliseconds since 1970; null never ends by itself. */
  expiresAt: number | null;
}

/** The stored facts of a session. */
export interface SessionFacts {
  kind: Session['kind'];
  homeTenantId: string;
  /** Null: the tenant that the request names is neither the own one nor below it. */
  tenantId: string | null;
  /** The cell of that tenant; null is the gateway's own. */
  cell: string | null;
  userId: string;
  tokenId: string;
  /** Null for a service token. */
  role: User['role'] | null;
  /** Policies of the user, built-in ones too. */
  policyIds: readonly string[];
  /** ACLs of the user's own policies, or the one of the service token. */
  acls: readonly (readonly string[])[];
  /** Group mailboxes that the user may listen to. */
  groupMailboxIds: readonly string[];
  /** Milliseconds since 1970; null never ends by itself. */
  expiresAt: number | null;
}

/** A token as a request shows it. */
export interface Presented {
  token: string;
  /** Name or id of the tenant in which the request is to act; the token's own when absent. */
  tenant?: string | undefined;
}

/** A user or service token, and the tenant in which it acts. */
export interface TokenOwner {
  homeTenantId: string;
  /** User id, or the service token's. */
  ownerId: string;
  tenantId: string;
}
