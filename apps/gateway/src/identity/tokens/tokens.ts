import { newId } from '@aftertone/kernel';
import type { Authenticator } from '../../access/authenticator.ts';
import { wrongLogIn } from '../../access/refusals.ts';
import type { Session } from '../../access/session.ts';
import type { Database } from '../../database/database.ts';
import type { Directory, Login } from '../directory.ts';
import { metaOf } from '../event-meta.ts';
import type { Passwords } from '../passwords.ts';
import type { LogInLimit } from './log-in-limit.ts';
import { tokenAggregate } from './token.aggregate.ts';
import { newTokenText, tokenHash } from './token-text.ts';

export interface TokensParts {
  database: Database;
  directory: Directory;
  passwords: Passwords;
  limit: LogInLimit;
  authenticator: Authenticator;
  /** How long a token lives, milliseconds. */
  lifeMs: number;
}

export interface LogInRequest {
  tenant?: string | undefined;
  username: string;
  password: string;
  /** Where the request comes from. */
  address: string;
  correlationId: string;
}

export interface Issued {
  token: string;
  session: Session;
  /** ISO 8601. */
  expiresAt: string;
}

/** Gives out and takes back tokens. */
export class Tokens {
  private readonly parts: TokensParts;

  constructor(parts: TokensParts) {
    this.parts = parts;
  }

  /** Throws `wrong-credentials`, whatever was wrong, after the same work; `too-many-log-ins`. */
  async logIn(request: LogInRequest): Promise<Issued> {
    const { directory, passwords, limit } = this.parts;
    const { tenant, username, password, address } = request;
    const tenantId = await directory.tenantId(tenant);
    const counted = tenantId ?? `unknown ${tenant}`;
    await limit.count(counted, username, address);
    const login = tenantId === undefined ? undefined : await directory.login(tenantId, username);
    const right = await passwords.verify(login?.passwordHash, password);
    if (login === undefined || !right) throw wrongLogIn();
    await limit.forgive(counted, username, address);
    return this.issue(login, request.correlationId);
  }

  async revoke(text: string, session: Session, correlationId: string): Promise<void> {
    await this.parts.database.store.handle(tokenAggregate, {
      tenantId: session.homeTenantId,
      id: session.tokenId,
      command: { type: 'RevokeToken', data: {}, meta: { now: this.parts.database.clock().toISOString() } },
      meta: metaOf({ session, correlationId }),
      extraRows: [{ table: 'tokens', op: 'delete', key: { token_hash: tokenHash(text) } }],
    });
  }

  private async issue({ tenantId, userId, generation }: Login, correlationId: string): Promise<Issued> {
    const { database, authenticator, lifeMs } = this.parts;
    const now = database.clock();
    const [token, tokenId] = [newTokenText(), newId()];
    const expiresAt = new Date(now.getTime() + lifeMs).toISOString();
    const row = {
      token_hash: tokenHash(token),
      token_id: tokenId,
      user_id: userId,
      generation,
      expires_at: expiresAt,
    };
    await database.store.handle(tokenAggregate, {
      tenantId,
      id: tokenId,
      isNew: true,
      command: { type: 'IssueToken', data: { tokenId, userId, expiresAt }, meta: { now: now.toISOString() } },
      meta: { actor: { kind: 'user', id: userId }, correlationId },
      extraRows: [{ table: 'tokens', op: 'upsert', row }],
    });
    const session = await authenticator.session(token);
    // The user was deleted, or got another password, in this moment.
    if (session === null) throw wrongLogIn();
    return { token, session, expiresAt };
  }
}
