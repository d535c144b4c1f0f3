import { randomUUID } from 'node:crypto';
import { type BusLogin, type BusLogins, inboxPrefixOf } from '../bus-access/logins.ts';
import { newTokenText } from '../identity/tokens/token-text.ts';

/** A token of a test, and what else there is for it on the bus. */
export interface TestToken {
  text: string;
  login: BusLogin;
  /** Subscription with a durable consumer of this name on the events of mailboxes. */
  subscriptionId: string;
  consumer: string;
}

/** Tokens and their permissions, kept by the test itself. */
export class TestLogins implements BusLogins {
  /** What the store answers with instead, while it is given. */
  failure: Error | undefined;
  /** How often the process that watches has asked. */
  watched = 0;
  private readonly tokens = new Map<string, BusLogin>();

  async byToken(text: string): Promise<BusLogin | null> {
    if (this.failure !== undefined) throw this.failure;
    const login = this.tokens.get(text);
    return login !== undefined && isValid(login) ? login : null;
  }

  async byIds(tokenIds: readonly string[]): Promise<ReadonlyMap<string, BusLogin>> {
    this.watched += 1;
    if (this.failure !== undefined) throw this.failure;
    const asked = new Set(tokenIds);
    const found = [...this.tokens.values()].filter((login) => asked.has(login.tokenId) && isValid(login));
    return new Map(found.map((login) => [login.tokenId, login]));
  }

  /** A user with all events of their own mailboxes and one subscription. */
  issue({
    tenantId = randomUUID() as string,
    userId = randomUUID() as string,
    expiresAt = null as number | null,
  } = {}): TestToken {
    const [tokenId, subscriptionId] = [randomUUID(), randomUUID()];
    const consumer = `sub-${subscriptionId}`;
    const login: BusLogin = {
      tenantId,
      tokenId,
      expiresAt,
      permissions: {
        subscribe: {
          allow: [`evt.${tenantId}.users.${userId}.>`, `sub.${subscriptionId}.>`, `${inboxPrefixOf(tokenId)}.>`],
          deny: [],
        },
        publish: [`$JS.ACK.*.${consumer}.>`],
      },
    };
    const text = newTokenText();
    this.tokens.set(text, login);
    return { text, login, subscriptionId, consumer };
  }

  revoke({ text }: TestToken): void {
    this.tokens.delete(text);
  }

  /** Other events from now on. */
  grant({ text, login }: TestToken, allow: readonly string[], deny: readonly string[] = []): void {
    const { permissions } = login;
    this.tokens.set(text, { ...login, permissions: { ...permissions, subscribe: { allow, deny } } });
  }
}

const isValid = ({ expiresAt }: BusLogin): boolean => expiresAt === null || expiresAt > Date.now();
