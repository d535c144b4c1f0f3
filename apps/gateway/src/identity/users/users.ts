import type { NewUser, UserChanges, User as UserView } from '@aftertone/contracts';
import type { EventMeta } from '@aftertone/event-store';
import { newId, systemClock } from '@aftertone/kernel';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../directory.ts';
import { userRefusal } from '../guards.ts';
import type { Passwords } from '../passwords.ts';
import { credentialRow, withoutCredential } from './credential-row.ts';
import { userAggregate } from './user.aggregate.ts';
import type { UsersQuery } from './users.query.ts';

export interface UsersParts {
  database: Database;
  directory: Directory;
  passwords: Passwords;
  query: UsersQuery;
}

/** One user of one tenant, and the version that the caller saw, when it says so. */
export interface UserTarget {
  tenantId: string;
  id: string;
  ifVersion: number | undefined;
}

const expected = ({ ifVersion }: UserTarget) => (ifVersion === undefined ? {} : { expectedVersion: ifVersion });

/** Creates, changes and deletes users. */
export class Users {
  private readonly parts: UsersParts;

  constructor(parts: UsersParts) {
    this.parts = parts;
  }

  /** Throws `username-taken`. */
  async create(tenantId: string, { password, ...profile }: NewUser, meta: EventMeta): Promise<UserView> {
    const { database, directory, passwords, query } = this.parts;
    const passwordHash = await passwords.hash(password);
    const [id, shortId] = [newId(), await directory.nextShortId()];
    const data = { userId: id, shortId, profile, founder: false };
    await database.store.handle(userAggregate, {
      tenantId,
      id,
      isNew: true,
      command: { type: 'CreateUser', data, meta: { now: systemClock().toISOString() } },
      meta,
      extraRows: [credentialRow(id, passwordHash)],
      onGuard: userRefusal,
    });
    return query.read(tenantId, id);
  }

  /** Throws `user-not-found`, `version-mismatch`, `username-taken`, `last-administrator`. */
  async change(target: UserTarget, { password, ...changes }: UserChanges, meta: EventMeta): Promise<UserView> {
    const { database, passwords, query } = this.parts;
    const { tenantId, id } = target;
    await query.read(tenantId, id); // nobody makes us hash for a user who is not there
    const rows = password === undefined ? [] : [credentialRow(id, await passwords.hash(password))];
    await database.store.handle(userAggregate, {
      tenantId,
      id,
      ...expected(target),
      command: {
        type: 'ChangeUser',
        data: { changes, password: password !== undefined },
        meta: { now: systemClock().toISOString() },
      },
      meta,
      extraRows: rows,
      onGuard: userRefusal,
    });
    return query.read(tenantId, id);
  }

  /** Throws `user-not-found`, `version-mismatch`, `last-administrator`. */
  async remove(target: UserTarget, meta: EventMeta): Promise<void> {
    const { tenantId, id } = target;
    await this.parts.database.store.handle(userAggregate, {
      tenantId,
      id,
      ...expected(target),
      command: { type: 'DeleteUser', data: {}, meta: { now: systemClock().toISOString() } },
      meta,
      extraRows: [withoutCredential(id)],
      onGuard: userRefusal,
    });
  }
}
