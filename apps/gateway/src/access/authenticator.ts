import { compileAcl, rolePolicies } from '@aftertone/contracts';
import { systemClock } from '@aftertone/kernel';
import { isTokenText, tokenHash } from '../identity/tokens/token-text.ts';
import type { Session, SessionFacts } from './session.ts';

/** Looks a token's hash up in the store; null for one that is unknown, revoked or of a deleted user. */
export type FindSession = (hash: string) => Promise<SessionFacts | null>;

const sessionFrom = (facts: SessionFacts): Session => {
  const { role, ...rest } = facts;
  const acl = rolePolicies[role];
  return {
    ...rest,
    admin: role === 'admin',
    acl,
    allows: compileAcl(acl, { authId: facts.userId, sessionId: facts.tokenId }),
  };
};

/**
 * Who a token is. Every request asks the store: whoever was demoted, deleted or logged out must not act a moment
 * longer, for in that moment an administrator could make another one.
 */
export class Authenticator {
  private readonly find: FindSession;

  constructor(find: FindSession) {
    this.find = find;
  }

  /** Null when the token is not valid (any more). Throws when the store does not answer. */
  async session(text: string): Promise<Session | null> {
    if (!isTokenText(text)) return null;
    const facts = await this.find(tokenHash(text));
    return facts !== null && facts.expiresAt > systemClock().getTime() ? sessionFrom(facts) : null;
  }
}
