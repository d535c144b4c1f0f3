/** What one login may do on the bus, as NATS permissions: subjects with wildcards. */
export interface BusPermissions {
  subscribe: { allow: readonly string[]; deny: readonly string[] };
  publish: readonly string[];
}

/** A token as the bus knows it. The NATS user is `tok-<tokenId>`, the password is the token itself. */
export interface BusLogin {
  tenantId: string;
  tokenId: string;
  /** Milliseconds since 1970; null never ends by itself. */
  expiresAt: number | null;
  permissions: BusPermissions;
}

/** Who may log in on the bus, asked when somebody does and again while the connection is open. */
export interface BusLogins {
  /** Null when the token is not valid (any more). Throws when the store does not answer. */
  byToken(text: string): Promise<BusLogin | null>;
  /** The ones among these tokens that are still valid, by token id. */
  byIds(tokenIds: readonly string[]): Promise<ReadonlyMap<string, BusLogin>>;
}

/** Name of a token's NATS user. */
export const busUserOf = (tokenId: string): string => `tok-${tokenId}`;

/** Prefix of the inboxes of a token's connections: nobody else may listen there. */
export const inboxPrefixOf = (tokenId: string): string => `_INBOX_${tokenId}`;
