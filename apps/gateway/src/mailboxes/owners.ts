import { invalid } from '@aftertone/kernel';
import type { UsersQuery } from '../identity/users/users.query.ts';

/** Owners that are told to a mailbox: only the gateway knows which users there are. */
export class Owners {
  private readonly users: UsersQuery;

  constructor(users: UsersQuery) {
    this.users = users;
  }

  /** Throws `unknown-owner` with every id that is no user of the tenant; `path` is its place in `ownerUserIds`. */
  async check(tenantId: string, ownerUserIds: readonly string[] = []): Promise<void> {
    if (ownerUserIds.length === 0) return;
    const known = await this.users.existing(tenantId, ownerUserIds);
    const errors = ownerUserIds.flatMap((id, index) =>
      known.has(id) ? [] : [{ path: `ownerUserIds.${index}`, message: 'must be a user of the tenant' }],
    );
    if (errors.length > 0) throw invalid('unknown-owner', 'An owner is no user of the tenant', { errors });
  }
}
