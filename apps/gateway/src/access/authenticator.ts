import { systemClock } from '@aftertone/kernel';
import { isTokenText } from '../identity/tokens/token-text.ts';
import { tenantNotFound } from './refusals.ts';
import type { Presented, Session, SessionFacts } from './session.ts';
import { sessionFrom } from './session-from.ts';
import type { SessionStore } from './session-store.ts';

const hasEnded = ({ expiresAt }: SessionFacts): boolean => expiresAt !== null && expiresAt <= systemClock().getTime();

/**
 * Who a token is. Every request asks the store: whoever was demoted, deleted or logged out must not act a moment
 * longer, for in that moment an administrator could make another one.
 */
export class Authenticator {
  private readonly store: SessionStore;
  private readonly onUse: (session: Session) => void;

  /** `onUse` is told of every valid token that is shown. */
  constructor(store: SessionStore, onUse: (session: Session) => void = () => undefined) {
    this.store = store;
    this.onUse = onUse;
  }

  /**
   * Null when the token is not valid (any more). `tenant` is the name or id of the tenant to act in. Throws
   * `tenant-not-found` when that is out of the token's reach; also when the store does not answer.
   */
  async session(token: string, tenant?: string): Promise<Session | null> {
    if (!isTokenText(token)) return null;
    const [facts = null] = await this.store.byTokens([{ token, tenant }]);
    return this.acting(facts);
  }

  /**
   * The same for many at once, in one query: in their order, null also when the tenant is out of reach. With a session's
   * own `tenantId` as `tenant` it asks whether that session still holds.
   */
  async sessions(presented: readonly Presented[]): Promise<(Session | null)[]> {
    const possible = presented.filter(({ token }) => isTokenText(token));
    const facts = possible.length === 0 ? [] : await this.store.byTokens(possible);
    const found = new Map(possible.map((asked, index) => [asked, facts[index] ?? null]));
    return presented.map((asked) => this.used(found.get(asked) ?? null));
  }

  /** Those of the tokens that are still valid, in their own tenants. */
  async byTokenIds(ids: readonly string[]): Promise<Session[]> {
    const facts = ids.length === 0 ? [] : await this.store.byTokenIds(ids);
    return facts.flatMap((one) => this.used(one) ?? []);
  }

  /**
   * A user whom another issuer vouches for until `expiresAt` (milliseconds since 1970). The user's id is also the
   * session's `tokenId`. Null when there is no such user; throws as `session` does.
   */
  async sessionOfUser(tenantId: string, userId: string, expiresAt: number, tenant?: string): Promise<Session | null> {
    const facts = await this.store.byUser(tenantId, userId, tenant);
    return this.acting(facts === null ? null : { ...facts, expiresAt });
  }

  private acting(facts: SessionFacts | null): Session | null {
    if (facts === null || hasEnded(facts)) return null;
    const session = this.used(facts);
    if (session === null) throw tenantNotFound();
    return session;
  }

  private used(facts: SessionFacts | null): Session | null {
    const session = facts === null || hasEnded(facts) ? null : sessionFrom(facts);
    if (session !== null) this.onUse(session);
    return session;
  }
}
