import type { CloudEvent } from '@aftertone/contracts';
import { DeviceRemoval } from '../devices/device-removal.ts';
import type { Ground } from '../ground/ground.ts';
import { KnownTenants } from '../known/known-tenants.ts';
import { KnownUsers } from '../known/known-users.ts';
import { metaOf } from '../mailbox-events/meta.ts';
import { readPeople } from './read-people.ts';

/** Keeps what is known of users and tenants by what the gateway tells of them. Events come twice and late. */
export class PeopleDesk {
  private readonly users: KnownUsers;
  private readonly tenants: KnownTenants;
  private readonly devices: DeviceRemoval;

  constructor(ground: Ground) {
    const { pool } = ground.store;
    this.users = new KnownUsers(pool);
    this.tenants = new KnownTenants(pool);
    this.devices = new DeviceRemoval(ground);
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
          await this.devices.removeAll(tenantId, news.userId, metaOf(event));
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
