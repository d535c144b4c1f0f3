import { z } from 'zod';
import { id, page, pageQuery, userId } from '../common.ts';
import { device, newDevice, vapidKey } from '../device.ts';
import { empty } from './call.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('notify');
const query = queriesOf('notify');

/** The gateway has looked whether the actor may act for that user, and whether there is such a user. */
export const deviceCommands = {
  /**
   * A device that is registered already is the caller's from then on. Refused with `push-platform-not-configured`,
   * `push-endpoint-refused`, `push-key-refused`, `too-many-devices`.
   */
  registerDevice: command('register-device', z.strictObject({ userId, device: newDevice }), device),
  /** Refused with `device-not-found`. */
  removeDevice: command('remove-device', z.strictObject({ userId, id }), empty),
};

export const deviceQueries = {
  /** By id. */
  listDevices: query('list-devices', z.strictObject({ userId, ...pageQuery }), page(device)),
  /** Refused with `push-platform-not-configured`. */
  vapidKey: query('vapid-key', empty, vapidKey),
};
