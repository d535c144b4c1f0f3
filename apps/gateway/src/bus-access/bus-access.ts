import { rejected } from '@aftertone/kernel';
import { unauthenticated } from '../access/refusals.ts';
import type { Session } from '../access/session.ts';
import { type BusLogins, busUserOf, inboxPrefixOf } from './logins.ts';
import type { WayIn } from './way-in.ts';

/** How a client logs in on the bus, with its token as the password. */
export interface DirectConnection {
  servers: string[];
  /** NATS user. */
  user: string;
  /** What the client's inboxes must begin with. */
  inboxPrefix: string;
  /** Where it may subscribe. */
  subjects: { allow: readonly string[]; deny: readonly string[] };
}

export interface BusAccessOptions {
  servers: readonly string[];
  logins: BusLogins;
  way: WayIn;
}

/** Lets the owners of tokens onto the bus. */
export class BusAccess {
  private readonly options: BusAccessOptions | undefined;

  /** Without options the bus is for the services only. */
  constructor(options: BusAccessOptions | undefined) {
    this.options = options;
  }

  /** Throws `bus-access-off` (rejected). */
  requireOn(): BusAccessOptions {
    if (this.options === undefined) throw rejected('bus-access-off', 'Nobody but the services may log in on the bus');
    return this.options;
  }

  /**
   * Makes the log-in of a token ready: it works as soon as this resolves. Throws `bus-access-off` and `server-too-old`
   * (rejected), `unauthenticated` when the token ended meanwhile or is none of ours, `bus-login-pending` (unavailable).
   */
  async register(session: Pick<Session, 'tokenId'>, tokenText: string): Promise<DirectConnection> {
    const { servers, logins, way } = this.requireOn();
    const login = await logins.byToken(tokenText);
    if (login === null || login.tokenId !== session.tokenId) throw unauthenticated();
    await way.admit(login, tokenText);
    return {
      servers: [...servers],
      user: busUserOf(login.tokenId),
      inboxPrefix: inboxPrefixOf(login.tokenId),
      subjects: login.permissions.subscribe,
    };
  }
}
