import type { Pool } from 'pg';
import { GatewaysOf } from '../gateways/gateways-of.ts';
import type { PersonDevice } from '../known/audience.ts';
import { KnownUsers } from '../known/known-users.ts';
import type { StepSituation } from '../planning/escalation-step.ts';
import type { Step } from './escalation.ts';

interface DeviceOfUser extends PersonDevice {
  userId: string;
}

/** Finds out how the people of a step are reached now. */
export class StepPeople {
  private readonly pool: Pool;
  private readonly users: KnownUsers;
  private readonly gateways: GatewaysOf;

  constructor(pool: Pool) {
    this.pool = pool;
    this.users = new KnownUsers(pool);
    this.gateways = new GatewaysOf(pool);
  }

  async of(
    tenantId: string,
    { userIds, email }: Step,
  ): Promise<Pick<StepSituation, 'users' | 'devices' | 'usersByEmail' | 'gateways'>> {
    const [users, devices, usersByEmail, gateways] = await Promise.all([
      this.users.byId(tenantId, userIds),
      this.devicesOf(tenantId, userIds),
      this.users.byEmail(tenantId, email),
      this.gateways.kinds(tenantId),
    ]);
    return { users, devices, usersByEmail, gateways };
  }

  private async devicesOf(tenantId: string, userIds: readonly string[]): Promise<Map<string, PersonDevice[]>> {
    if (userIds.length === 0) return new Map();
    const { rows } = await this.pool.query<DeviceOfUser>(
      'SELECT user_id AS "userId", id, endpoint, language FROM device WHERE tenant_id = $1 AND user_id = ANY ($2) ORDER BY id',
      [tenantId, userIds],
    );
    return Map.groupBy(rows, ({ userId }) => userId);
  }
}
