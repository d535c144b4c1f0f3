import { createHash } from 'node:crypto';
import type { Channel } from '@aftertone/contracts';

/** What makes a notification the same one: told twice, it is sent once. */
export interface DeliveryIdentity {
  tenantId: string;
  /** Contract event that asks for it. */
  eventId: string;
  channel: Channel;
  recipient: string;
}

const namespace = Buffer.from('5b1f7e0a8f5d4c0f9f6f0d2c7a3e9b41', 'hex');

/** UUIDv5 of a name that nothing else in this service has. */
export const uuidOf = (name: string): string => {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** UUIDv5 of the identity: every process finds the same stream for it, at any time. */
export const deliveryId = ({ tenantId, eventId, channel, recipient }: DeliveryIdentity): string =>
  uuidOf(JSON.stringify([tenantId, eventId, channel, recipient]));

/** UUIDv5 of a contract event and a tenant, for what there is one of for each event. */
export const idOfEvent = (tenantId: string, eventId: string): string => uuidOf(JSON.stringify([tenantId, eventId]));
