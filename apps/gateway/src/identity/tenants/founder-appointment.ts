import { initialUserNotify } from '@aftertone/contracts';
import type { RecordedEvent } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import type { Database } from '../../database/database.ts';
import { userRefusal } from '../guards.ts';
import { credentialRow } from '../users/credential-row.ts';
import { userAggregate } from '../users/user.aggregate.ts';
import { registryTenantId } from './tenant.aggregate.ts';
import type { TenantRegistered } from './tenant.ts';

const isRegistration = (event: RecordedEvent): event is RecordedEvent<TenantRegistered> =>
  event.type === 'TenantRegistered';

const unknownYet = {
  firstName: null,
  lastName: null,
  timezone: null,
  language: null,
  policyIds: [],
  notify: initialUserNotify,
};

/**
 * Makes the first administrator of a registered tenant: the second step of making a tenant, done at once by the process
 * that did the first, and by a reaction when that process ended in between. Doing it again changes nothing.
 *
 * The password's hash was kept with the registration, as a credential of the registry.
 */
export class FounderAppointment {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  async appoint(registered: RecordedEvent<TenantRegistered>): Promise<void> {
    const { tenantId, founder, createdAt } = registered.data;
    const { userId, shortId, username, email } = founder;
    const passwordHash = await this.keptHash(userId);
    if (passwordHash === undefined) return; // it was done before
    const profile = { ...unknownYet, username, email, role: 'admin' as const };
    try {
      await this.database.store.handle(userAggregate, {
        tenantId,
        id: userId,
        command: { type: 'CreateUser', data: { userId, shortId, profile, founder: true }, meta: { now: createdAt } },
        meta: { ...registered.meta, causationId: registered.id },
        extraRows: [credentialRow(userId, passwordHash)],
        onGuard: userRefusal,
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'user-exists') throw error;
    }
    await this.database.query('DELETE FROM credentials WHERE tenant_id = $1 AND user_id = $2', [
      registryTenantId,
      userId,
    ]);
  }

  /** For the reaction to all events. */
  async handle(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) if (isRegistration(event)) await this.appoint(event);
  }

  private async keptHash(userId: string): Promise<string | undefined> {
    const { rows } = await this.database.query<{ hash: string }>(
      'SELECT password_hash AS hash FROM credentials WHERE tenant_id = $1 AND user_id = $2',
      [registryTenantId, userId],
    );
    return rows[0]?.hash;
  }
}
