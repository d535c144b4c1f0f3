import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { deviceDecider, type RegisterDevice, type RemoveDevice } from './device.decider.ts';
import type { DeviceEvent, DeviceFacts } from './device.ts';

const given = deciderSpec(deviceDecider);
const now = '2026-03-01T09:00:00.000Z';

const facts: DeviceFacts = {
  ...{ userId: 'anna', platform: 'fcm', name: 'Mine', language: null, endpoint: 'push:fcm', slot: 2 },
};
const registered = (change: Partial<DeviceFacts> = {}): DeviceEvent => ({
  type: 'DeviceRegistered',
  data: { ...facts, ...change, registeredAt: now },
});
const register = (change: Partial<DeviceFacts> = {}): RegisterDevice => ({
  type: 'RegisterDevice',
  data: { ...facts, ...change },
  meta: { now },
});
const remove = (userId: string, reason: 'removed' | 'gone' = 'removed'): RemoveDevice => ({
  type: 'RemoveDevice',
  data: { userId, reason, detail: null },
  meta: { now },
});
const removed = (reason: 'removed' | 'gone' = 'removed'): DeviceEvent => ({
  type: 'DeviceRemoved',
  data: { userId: 'anna', reason, detail: null },
});

describe('registering', () => {
  it('makes a device the user’s', () => given().when(register()).then(registered()));
  it('changes nothing the second time, and keeps the name that is not told again', () =>
    given(registered())
      .when(register({ name: null }))
      .then());
  it('takes a new name and keeps its place', () =>
    given(registered())
      .when(register({ name: 'Work', slot: 7 }))
      .then(registered({ name: 'Work' })));
  it('by another user takes it over, at a place of that user’s', () =>
    given(registered())
      .when(register({ userId: 'ben', name: null, slot: 0 }))
      .then(registered({ userId: 'ben', name: null, slot: 0 })));
  it('makes a removed one a new one', () =>
    given(registered(), removed())
      .when(register({ slot: 5 }))
      .then(registered({ slot: 5 })));
});

describe('removing', () => {
  it('takes it from its user', () => given(registered()).when(remove('anna')).then(removed()));
  it('is refused to somebody else', () => given(registered()).when(remove('ben')).thenThrows('device-not-found'));
  it('does nothing when a push service says so of a former user’s', () =>
    given(registered()).when(remove('ben', 'gone')).then());
});
