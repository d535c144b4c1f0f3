import { compileAcl, rolePolicies } from '@aftertone/contracts';
import { systemClock } from '@aftertone/kernel';
import { isTokenText, tokenHash } from '../identity/tokens/token-text.ts';
import type { Session, SessionFacts } from './session.ts';

/** Looks a token's hash up in the store; null for one that is unknown, revoked or of a deleted user. */
export type FindSession = (hash: string) => Promise<SessionFacts | null>;

interface Cached {
  session: Promise<Session | null>;
  until: number;
}

const most = 10_000;

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
 * Who a token is. Answers are kept for a moment, so that a busy token costs one query in that time and a revoked one
 * dies within it.
 */
export class Authenticator {
  private readonly find: FindSession;
  private readonly keepMs: number;
  private readonly cache = new Map<string, Cached>();

  constructor(find: FindSession, keepMs: number) {
    this.find = find;
    this.keepMs = keepMs;
  }

  /** Null when the token is not valid (any more). Throws when the store does not answer. */
  async session(text: string): Promise<Session | null> {
    if (!isTokenText(text)) return null;
    const session = await this.lookUp(tokenHash(text));
    return session !== null && session.expiresAt > systemClock().getTime() ? session : null;
  }

  /** Forgets what is known of a token that this process has just revoked. */
  forget(text: string): void {
    this.cache.delete(tokenHash(text));
  }

  private lookUp(hash: string): Promise<Session | null> {
    const now = performance.now();
    const known = this.cache.get(hash);
    if (known !== undefined && known.until > now) return known.session;
    const session = this.find(hash).then((facts) => (facts === null ? null : sessionFrom(facts)));
    this.cache.delete(hash);
    this.cache.set(hash, { session, until: now + this.keepMs });
    // A failed look-up says nothing about the token.
    session.catch(() => this.cache.delete(hash));
    this.trim();
    return session;
  }

  private trim(): void {
    for (const hash of this.cache.keys()) {
      if (this.cache.size <= most) return;
      this.cache.delete(hash);
    }
  }
}
