import { type Command, type Decider, notFound } from '@aftertone/kernel';
import { type Device, type DeviceEvent, type DeviceFacts, evolve, type RemovalReason } from './device.ts';

/** `slot` is for a device that the user does not have yet. */
export type RegisterDevice = Command<'RegisterDevice', DeviceFacts>;
/** Only while it is that user's: meanwhile it may have become somebody else's. */
export type RemoveDevice = Command<'RemoveDevice', { userId: string; reason: RemovalReason; detail: string | null }>;
export type DeviceCommand = RegisterDevice | RemoveDevice;

export const noDevice = () => notFound('device-not-found', 'The user has no such device');

const register = ({ data, meta }: RegisterDevice, device: Device): DeviceEvent[] => {
  const registered = (facts: DeviceFacts): DeviceEvent[] => [
    { type: 'DeviceRegistered', data: { ...facts, registeredAt: meta.now } },
  ];
  if (device.status === 'absent' || device.userId !== data.userId) return registered(data);
  const { slot } = device;
  // An app that registers again at every start need not know what its user has called it.
  const name = data.name ?? device.name;
  const isNews = name !== device.name || data.language !== device.language || data.endpoint !== device.endpoint;
  return isNews ? registered({ ...data, name, slot }) : [];
};

const decide = (command: DeviceCommand, device: Device): DeviceEvent[] => {
  switch (command.type) {
    case 'RegisterDevice':
      return register(command, device);
    case 'RemoveDevice': {
      const { userId, reason, detail } = command.data;
      if (device.status === 'registered' && device.userId === userId) {
        return [{ type: 'DeviceRemoved', data: { userId, reason, detail } }];
      }
      if (reason === 'removed') throw noDevice();
      return [];
    }
  }
};

export const deviceDecider: Decider<Device, DeviceCommand, DeviceEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
