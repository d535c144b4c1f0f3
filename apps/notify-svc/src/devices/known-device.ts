import type { NewDevice } from '@aftertone/contracts';
import { uuidOf } from '../deliveries/delivery-id.ts';

type Distributed<T> = T extends unknown ? Omit<T, 'name' | 'language'> : never;

/** What a push service knows a device by. Whoever has it can write to the device. */
export type DeviceAddress = Distributed<NewDevice>;

export const addressOf = ({ name: _, language: __, ...address }: NewDevice): DeviceAddress => address;

const tokenOf = (address: DeviceAddress): string => (address.platform === 'webpush' ? address.endpoint : address.token);

/** The same for the same token: however often and by whomever it is registered, a tenant has it once. */
export const deviceId = (tenantId: string, address: DeviceAddress): string =>
  uuidOf(JSON.stringify([tenantId, 'device', address.platform, tokenOf(address)]));

/** The push service: of all browsers' services each is one of its own. */
export const endpointOfDevice = (address: DeviceAddress): string => {
  switch (address.platform) {
    case 'webpush':
      return `push:${new URL(address.endpoint).origin}`;
    case 'fcm':
      return 'push:fcm';
    case 'apns':
      return `push:apns:${address.environment}`;
  }
};

/** Where the address is kept sealed. */
export const secretOwner = (id: string): string => `device:${id}`;
