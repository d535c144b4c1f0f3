import type { Secrets } from '@aftertone/event-store';
import type { Pool } from 'pg';
import { type DeviceAddress, secretOwner } from '../devices/known-device.ts';

/** A device as it can be written to. */
export interface DeviceTarget {
  userId: string;
  address: DeviceAddress;
}

/** The devices that pushes are for, as they are now. */
export class DeviceTargets {
  private readonly pool: Pool;
  private readonly secrets: Secrets;

  constructor(pool: Pool, secrets: Secrets) {
    this.pool = pool;
    this.secrets = secrets;
  }

  /** Null when it is not there any more. */
  async find(tenantId: string, id: string): Promise<DeviceTarget | null> {
    const [{ rows }, secrets] = await Promise.all([
      this.pool.query<{ userId: string }>('SELECT user_id AS "userId" FROM device WHERE tenant_id = $1 AND id = $2', [
        tenantId,
        id,
      ]),
      this.secrets.open(tenantId, [secretOwner(id)]),
    ]);
    const secret = secrets.get(secretOwner(id));
    const [row] = rows;
    return row === undefined || secret === undefined ? null : { ...row, address: JSON.parse(secret) };
  }

  async recordSuccess(tenantId: string, id: string, at: Date): Promise<void> {
    await this.pool.query(
      `INSERT INTO device_success AS known (tenant_id, device_id, at) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, device_id) DO UPDATE SET at = GREATEST(known.at, excluded.at)`,
      [tenantId, id, at],
    );
  }
}
