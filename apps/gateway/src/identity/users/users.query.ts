import type { User } from '@aftertone/contracts';
import { asTenant } from '@aftertone/event-store';
import { notFound } from '@aftertone/kernel';
import { In } from 'typeorm';
import type { Database } from '../../database/database.ts';
import { findById, type PageRequest, pageById } from '../page-by-id.ts';
import { UserRow, userFrom } from './user.entity.ts';

/** The users of a tenant, read under row-level security. */
export class UsersQuery {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  list(tenantId: string, page: PageRequest): Promise<{ items: User[]; next: string | null }> {
    return asTenant(this.database.reader, tenantId, async (manager) =>
      pageById(await manager.find(UserRow, findById(page)), page, userFrom),
    );
  }

  /** Those of the ids that are users of the tenant. */
  existing(tenantId: string, ids: readonly string[]): Promise<Set<string>> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const rows = await manager.find(UserRow, { select: { id: true }, where: { tenantId, id: In(ids) } });
      return new Set(rows.map(({ id }) => id));
    });
  }

  /** Throws `user-not-found`. */
  read(tenantId: string, id: string): Promise<User> {
    return asTenant(this.database.reader, tenantId, async (manager) => {
      const row = await manager.findOneBy(UserRow, { id });
      if (row === null) throw notFound('user-not-found', 'There is no such user');
      return userFrom(row);
    });
  }
}
