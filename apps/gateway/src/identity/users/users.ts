import {
  initialUserNotify,
  type NewUser,
  type UserChanges,
  type User as UserView,
  withNotifyChanges,
} from '@aftertone/contracts';
import type { RowChange } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { requireOwn } from '../../access/delegation.ts';
import type { Database } from '../../database/database.ts';
import type { Caller } from '../../http/service-calls.ts';
import type { Directory } from '../directory.ts';
import { metaOf } from '../event-meta.ts';
import { userRefusal } from '../guards.ts';
import type { Passwords } from '../passwords.ts';
import { uponVersion } from '../upon-version.ts';
import { credentialRow, withoutCredential } from './credential-row.ts';
import { userAggregate } from './user.aggregate.ts';
import type { UserCommand } from './user.decider.ts';
import type { UserAccess } from './user-access.ts';
import type { UsersQuery } from './users.query.ts';

export interface UsersParts {
  database: Database;
  directory: Directory;
  passwords: Passwords;
  query: UsersQuery;
  access: UserAccess;
}

/** One user, and the version that the caller saw, when it says so. */
export interface UserTarget {
  id: string;
  ifVersion: number | undefined;
}

/**
 * Creates, changes and deletes users. Whoever sets a password can log in as that user: so it takes all the access that
 * the user has, and has afterwards, to do any of it. Themselves users may change and delete as they are.
 */
export class Users {
  private readonly parts: UsersParts;

  constructor(parts: UsersParts) {
    this.parts = parts;
  }

  /** Throws `beyond-own-access`, `username-taken`, `unknown-policy`, `policies-of-administrator`. */
  async create({ password, notify, ...fields }: NewUser, caller: Caller): Promise<UserView> {
    const { database, directory, passwords, query, access } = this.parts;
    const { tenantId } = caller.session;
    const profile = { ...fields, notify: withNotifyChanges(initialUserNotify, notify) };
    requireOwn(caller.session, 'user', await access.aclOf(tenantId, profile));
    const passwordHash = await passwords.hash(password);
    const [id, shortId] = [newId(), await directory.nextShortId()];
    const data = { userId: id, shortId, profile, founder: false };
    await database.store.handle(userAggregate, {
      tenantId,
      id,
      isNew: true,
      command: { type: 'CreateUser', data, meta: { now: this.parts.database.clock().toISOString() } },
      meta: metaOf(caller),
      extraRows: [credentialRow(id, passwordHash)],
      onGuard: userRefusal,
    });
    return query.read(tenantId, id);
  }

  /** Throws `user-not-found`, `version-mismatch`, `last-administrator` and what `create` throws. */
  async change(target: UserTarget, { password, ...changes }: UserChanges, caller: Caller): Promise<UserView> {
    const { passwords, query, access } = this.parts;
    const { id } = target;
    const { tenantId } = caller.session;
    const allowed = async (before: UserView): Promise<void> => {
      if (changes.role === undefined && changes.policyIds === undefined) return;
      const { role = before.role, policyIds = before.policyIds } = changes;
      requireOwn(caller.session, 'user', await access.aclOf(tenantId, { role, policyIds }));
    };
    // Judged before it is hashed: nobody makes us hash for a user who is not there, or not theirs.
    await allowed(await this.judged(target, caller));
    const rows = password === undefined ? [] : [credentialRow(id, await passwords.hash(password))];
    const data = { changes, password: password !== undefined };
    await uponVersion(target.ifVersion, async () => {
      const before = await this.judged(target, caller);
      await allowed(before);
      const command = { type: 'ChangeUser', data, meta: { now: this.parts.database.clock().toISOString() } } as const;
      await this.decide(target, before, command, rows, caller);
    });
    return query.read(tenantId, id);
  }

  /** Throws `user-not-found`, `beyond-own-access`, `version-mismatch`, `last-administrator`. */
  async remove(target: UserTarget, caller: Caller): Promise<void> {
    await uponVersion(target.ifVersion, async () => {
      const before = await this.judged(target, caller);
      const command = {
        type: 'DeleteUser',
        data: {},
        meta: { now: this.parts.database.clock().toISOString() },
      } as const;
      await this.decide(target, before, command, [withoutCredential(target.id)], caller);
    });
  }

  /** Throws `user-not-found`, and `beyond-own-access` when the user is another one who may more than the caller. */
  async requireActingFor(id: string, caller: Caller): Promise<void> {
    await this.judged({ id, ifVersion: undefined }, caller);
  }

  /** The user as it is, whom the caller may change. */
  private async judged({ id }: UserTarget, { session }: Caller): Promise<UserView> {
    const { query, access } = this.parts;
    const user = await query.read(session.tenantId, id);
    if (id !== session.userId) requireOwn(session, 'user', await access.aclOf(session.tenantId, user));
    return user;
  }

  private async decide(
    { id, ifVersion }: UserTarget,
    { version }: UserView,
    command: UserCommand,
    extraRows: RowChange[],
    caller: Caller,
  ): Promise<void> {
    await this.parts.database.store.handle(userAggregate, {
      tenantId: caller.session.tenantId,
      id,
      expectedVersion: ifVersion ?? version,
      command,
      meta: metaOf(caller),
      extraRows,
      onGuard: userRefusal,
    });
  }
}
