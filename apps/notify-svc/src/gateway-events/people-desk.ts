import type { CloudEvent } from '@aftertone/contracts';
import type { Pool } from 'pg';
import { KnownTenants } from '../known/known-tenants.ts';
import { KnownUsers } from '../known/known-users.ts';
import { readPeople } from './read-people.ts';

/** Keeps what is known of users and tenants by what the gateway tells of them. Events come twice and late. */
export class PeopleDesk {
  private readonly users: KnownUsers;
  private readonly tenants: KnownTenants;

  constructor(pool: Pool) {
    this.users = new KnownUsers(pool);
    this.tenants = new KnownTenants(pool);
  }

  async apply(events: readonly CloudEvent[]): Promise<void> {
    for (const event of events) {
      const news = readPeople(event);
      const { tenantid: tenantId, streamversion: version } = event;
      switch (news?.kind) {
        case 'user':
          await this.users.record(tenantId, news.user, version);
          break;
        case 'user-gone':
          await this.users.forget(tenantId, news.userId, version);
          break;
        case 'tenant':
          await this.tenants.record(news.tenantId, news.tenant, version);
          break;
        case undefined:
          break;
      }
    }
  }
}
