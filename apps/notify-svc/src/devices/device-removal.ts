import type { EventMeta } from '@aftertone/event-store';
import type { Ground } from '../ground/ground.ts';
import { deviceAggregate } from './device.aggregate.ts';
import { noDevice } from './device.decider.ts';
import { DeviceList } from './device.query.ts';
import type { RemovalReason } from './device.ts';
import { secretOwner } from './known-device.ts';

/** A device as somebody's: when it is another one's by now, it is not meant. */
export interface DeviceOfUser {
  tenantId: string;
  id: string;
  userId: string;
}

export interface Removal {
  reason: RemovalReason;
  /** What the push service said. */
  detail: string | null;
}

/** Takes devices away, with what their push services know them by. */
export class DeviceRemoval {
  private readonly ground: Ground;
  private readonly devices: DeviceList;

  constructor(ground: Ground) {
    this.ground = ground;
    this.devices = new DeviceList(ground);
  }

  /** Throws `device-not-found` when somebody asks for it who does not have it, `version-mismatch` while it changes hands. */
  async remove({ tenantId, id, userId }: DeviceOfUser, removal: Removal, meta: EventMeta): Promise<void> {
    const { store, clock } = this.ground;
    const { state, version } = await store.load(deviceAggregate, tenantId, id);
    if (state.status === 'absent' || state.userId !== userId) {
      if (removal.reason === 'removed') throw noDevice();
      return;
    }
    await store.handle(deviceAggregate, {
      ...{ tenantId, id, meta },
      // The secret goes along: it must be this user's.
      expectedVersion: version,
      command: { type: 'RemoveDevice', data: { userId, ...removal }, meta: { now: clock().toISOString() } },
      extraRows: [store.secrets.withoutRow(tenantId, secretOwner(id))],
    });
  }

  /** All of a user who is gone. */
  async removeAll(tenantId: string, userId: string, meta: EventMeta): Promise<void> {
    const places = await this.devices.placesOf(tenantId, userId);
    for (const { id } of places) {
      await this.remove({ tenantId, id, userId }, { reason: 'user-deleted', detail: null }, meta);
    }
  }
}
