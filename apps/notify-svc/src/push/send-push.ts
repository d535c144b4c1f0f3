import type { EventMeta } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Pool } from 'pg';
import type { DeviceRemoval } from '../devices/device-removal.ts';
import { badgeOf } from '../known/badge.ts';
import type { Sending, SendOutcome, SendOver } from '../sending/channel.ts';
import type { DeviceTargets } from './device-target.ts';
import { pushNotice } from './notice.ts';
import type { PushTo } from './push-to.ts';

export interface PushParts {
  pool: Pool;
  devices: DeviceTargets;
  removal: Pick<DeviceRemoval, 'remove'>;
  pushTo: PushTo;
  clock: Clock;
}

const gone = (detail: string): SendOutcome => ({ outcome: 'refused', cancel: 'recipient-gone', detail });

const metaOf = ({ deliveryId, delivery }: Sending): EventMeta => ({
  actor: { kind: 'service', id: 'notify-svc' },
  correlationId: delivery.facts.correlationId,
  causationId: deliveryId,
});

/** Below 500 the service works, whatever it says of this push; 429 asks for less. */
const isWell = (status: number | null): boolean => status !== null && status < 500 && status !== 429;

/** Sends a notification to a device, whose number at the icon is counted as it leaves. */
export const sendPush =
  ({ pool, devices, removal, pushTo, clock }: PushParts): SendOver =>
  async (sending, signal) => {
    const { tenantId, delivery } = sending;
    const { notice, facts } = delivery;
    if (notice.kind !== 'message') throw new Error(`a push says nothing of a ${notice.kind}`);
    const target = await devices.find(tenantId, facts.recipient);
    if (target === null) return gone('the device was removed');
    // The phone changed hands: what was for one user is not for the next.
    const { userId, address } = target;
    if (userId !== facts.userId) return gone("the device is somebody else's now");
    const badge = await badgeOf(pool, tenantId, userId);
    const pushed = pushNotice({ delivery: { ...delivery, notice }, badge, at: clock() });
    const { outcome, detail, status, retryAfterMs } = await pushTo(address, pushed, signal);
    if (outcome === 'gone') {
      const device = { tenantId, id: facts.recipient, userId };
      await removal.remove(device, { reason: 'gone', detail }, metaOf(sending));
      return { ...gone(detail), status };
    }
    if (outcome === 'delivered') await devices.recordSuccess(tenantId, facts.recipient, clock());
    const rest = { detail, status, ...(retryAfterMs !== null && { retryAfterMs }) };
    return { outcome, ...rest, endpointWell: isWell(status) };
  };
