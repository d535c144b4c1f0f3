import { type Clock, Gathering } from '@aftertone/kernel';
import { isTokenText } from '../identity/tokens/token-text.ts';
import type { VouchedUsers } from './oidc/vouched-users.ts';
import { tenantNotFound } from './refusals.ts';
import type { Presented, Session, SessionFacts, TokenOwner } from './session.ts';
import { sessionFrom } from './session-from.ts';
import type { SessionStore } from './session-store.ts';

interface AuthenticatorParts {
  store: SessionStore;
  clock: Clock;
  /** Whose the tokens are that we did not make. */
  vouched: Pick<VouchedUsers, 'of' | 'ofAll'>;
  /** Told of every valid token that is shown. */
  onUse: (session: Session) => void;
}

/**
 * Who a token is. Every request asks the store: whoever was demoted, deleted or logged out must not act a moment
 * longer, for in that moment an administrator could make another one.
 */
export class Authenticator {
  private readonly parts: AuthenticatorParts;
  /** Requests that come at the same time are looked up together, each after it came. */
  private readonly shown: Gathering<Presented, SessionFacts | null>;

  constructor(parts: AuthenticatorParts) {
    this.parts = parts;
    this.shown = new Gathering({
      key: ({ token, tenant }) => `${token} ${tenant ?? ''}`,
      ask: (batch) => {
        const found = parts.store.byTokens(batch);
        return batch.map(async (_, n) => (await found)[n] ?? null);
      },
      most: 100,
      atOnce: 2,
    });
  }

  /**
   * Null when the token is not valid (any more). `tenant` is the name or id of the tenant to act in. Throws
   * `tenant-not-found` when that is out of the token's reach; also when the store or the token's issuer does not answer.
   */
  async session(token: string, tenant?: string): Promise<Session | null> {
    if (isTokenText(token)) {
      return this.acting(await this.shown.ask({ token, tenant }));
    }
    const vouched = await this.parts.vouched.of(token);
    return vouched === null ? null : this.sessionOfUser(vouched.tenantId, vouched.userId, vouched.expiresAt, tenant);
  }

  /**
   * The same for many at once, in few queries: in their order, null also when the tenant is out of reach or an issuer
   * does not answer. With a session's own `tenantId` as `tenant` it asks whether that session still holds.
   */
  async sessions(presented: readonly Presented[]): Promise<(Session | null)[]> {
    const ours = presented.filter(({ token }) => isTokenText(token));
    const others = presented.filter(({ token }) => !isTokenText(token));
    const [ownFacts, otherFacts] = await Promise.all([
      ours.length === 0 ? [] : this.parts.store.byTokens(ours),
      others.length === 0 ? [] : this.vouchedFacts(others),
    ]);
    const found = new Map([
      ...ours.map((asked, index) => [asked, ownFacts[index] ?? null] as const),
      ...others.map((asked, index) => [asked, otherFacts[index] ?? null] as const),
    ]);
    return presented.map((asked) => this.used(found.get(asked) ?? null));
  }

  /** Those of the tokens that are still valid, in their own tenants. Nobody shows them now: it counts as no use. */
  async byTokenIds(ids: readonly string[]): Promise<Session[]> {
    const facts = ids.length === 0 ? [] : await this.parts.store.byTokenIds(ids);
    return facts.flatMap((one) => (this.hasEnded(one) ? [] : (sessionFrom(one) ?? [])));
  }

  /**
   * What their tokens may do now, whether or not there are any: in their order, null for who is gone or does not reach the
   * tenant. The owner's id is also the session's `tokenId`.
   */
  async owners(owners: readonly TokenOwner[]): Promise<(Session | null)[]> {
    const facts = owners.length === 0 ? [] : await this.parts.store.byOwners(owners);
    return facts.map((one) => (one === null || this.hasEnded(one) ? null : sessionFrom(one)));
  }

  /**
   * A user whom another issuer vouches for until `expiresAt` (milliseconds since 1970). The user's id is also the
   * session's `tokenId`. Null when there is no such user; throws as `session` does.
   */
  async sessionOfUser(tenantId: string, userId: string, expiresAt: number, tenant?: string): Promise<Session | null> {
    const [facts = null] = await this.parts.store.byUsers([{ tenantId, userId, tenant }]);
    return this.acting(facts === null ? null : { ...facts, expiresAt });
  }

  private async vouchedFacts(presented: readonly Presented[]): Promise<(SessionFacts | null)[]> {
    const vouched = await this.parts.vouched.ofAll(presented.map(({ token }) => token));
    const users = presented.flatMap(({ tenant }, n) => {
      const one = vouched[n] ?? null;
      return one === null ? [] : [{ ...one, tenant, n }];
    });
    const facts = users.length === 0 ? [] : await this.parts.store.byUsers(users);
    const found = new Map(users.map(({ n, expiresAt }, index) => [n, { facts: facts[index] ?? null, expiresAt }]));
    return presented.map((_, n) => {
      const one = found.get(n);
      return one === undefined || one.facts === null ? null : { ...one.facts, expiresAt: one.expiresAt };
    });
  }

  private hasEnded({ expiresAt }: SessionFacts): boolean {
    return expiresAt !== null && expiresAt <= this.parts.clock().getTime();
  }

  private acting(facts: SessionFacts | null): Session | null {
    if (facts === null || this.hasEnded(facts)) return null;
    const session = this.used(facts);
    if (session === null) throw tenantNotFound();
    return session;
  }

  private used(facts: SessionFacts | null): Session | null {
    const session = facts === null || this.hasEnded(facts) ? null : sessionFrom(facts);
    if (session !== null) this.parts.onUse(session);
    return session;
  }
}
