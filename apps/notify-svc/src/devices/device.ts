import type { PushPlatform } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** A device, without what its push service knows it by. */
export interface DeviceFacts {
  userId: string;
  platform: PushPlatform;
  name: string | null;
  /** Null: as the user has it. */
  language: string | null;
  /** What fails as one with it, named uniquely on the platform: its push service. */
  endpoint: string;
  /** Which of the user's few places it takes, from 0. */
  slot: number;
}

/** `gone`: its push service says that there is no such device any more. */
export type RemovalReason = 'removed' | 'gone' | 'user-deleted';

export type DeviceEvent =
  /** Also by another user: the phone changed hands. */
  | DomainEvent<'DeviceRegistered', DeviceFacts & { registeredAt: string }>
  | DomainEvent<'DeviceRemoved', { userId: string; reason: RemovalReason; detail: string | null }>;

export type RegisteredDevice = DeviceFacts & {
  status: 'registered';
  /** By this user, for the first time. */
  createdAt: string;
};
export type Device = { status: 'absent' } | RegisteredDevice;

/** The device after one of its events. */
export const evolve = (state: Device, event: DeviceEvent): Device => {
  switch (event.type) {
    case 'DeviceRegistered': {
      const { registeredAt, ...facts } = event.data;
      const isSame = state.status === 'registered' && state.userId === facts.userId;
      return { status: 'registered', ...facts, createdAt: isSame ? state.createdAt : registeredAt };
    }
    case 'DeviceRemoved':
      return { status: 'absent' };
  }
};
