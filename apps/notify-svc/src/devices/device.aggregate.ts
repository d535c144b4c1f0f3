import type { Aggregate, ChangeContext, ClaimChange, RowChange } from '@aftertone/event-store';
import { type DeviceCommand, deviceDecider } from './device.decider.ts';
import type { Device, DeviceEvent, RegisteredDevice } from './device.ts';

export const deviceTable = 'device';
/** A claim on one of a user's few places: two requests at once never take the same. */
const slotScope = 'device-slot';

const claim = ({ userId, slot }: RegisteredDevice, action: ClaimChange['action']): ClaimChange => ({
  scope: slotScope,
  key: `${userId}/${slot}`,
  action,
});

const claimsOf = (before: Device, after: Device): ClaimChange[] => {
  const stays = before.status === 'registered' && after.status === 'registered' && before.userId === after.userId;
  if (stays) return [];
  return [
    ...(before.status === 'registered' ? [claim(before, 'release')] : []),
    ...(after.status === 'registered' ? [claim(after, 'take')] : []),
  ];
};

/** What a former owner's pushes did says nothing of the next one. */
const withoutSuccess = (id: string): RowChange => ({ table: 'device_success', op: 'delete', key: { device_id: id } });

const rowsOf = (before: Device, after: Device, { id }: ChangeContext): RowChange[] => {
  if (after.status === 'absent') return [{ table: deviceTable, op: 'delete', key: { id } }, withoutSuccess(id)];
  const { userId, platform, name, language, endpoint, slot, createdAt } = after;
  const row = { id, user_id: userId, platform, name, language, endpoint, slot, created_at: createdAt };
  const moved = before.status === 'registered' && before.userId !== userId;
  return [{ table: deviceTable, op: 'upsert', row }, ...(moved ? [withoutSuccess(id)] : [])];
};

/** A phone or browser that gets pushes: one stream for each token of a tenant, whoever has it. */
export const deviceAggregate: Aggregate<Device, DeviceCommand, DeviceEvent> = {
  type: 'device',
  decider: deviceDecider,
  codecs: { DeviceRegistered: { schemaVersion: 1 }, DeviceRemoved: { schemaVersion: 1 } },
  effects: (before, after, events, context) =>
    events.length === 0 ? {} : { rows: rowsOf(before, after, context), claims: claimsOf(before, after) },
};
