import type { CallContext, Device, deviceCommands, deviceQueries, NewDevice, PushPlatform } from '@aftertone/contracts';
import type { GuardFailure, Page } from '@aftertone/event-store';
import { conflict, DomainError, invalid, rejected } from '@aftertone/kernel';
import type { z } from 'zod';
import { metaOfCall } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import { givenUrlFault, type UrlRules } from '../http-out/given-url.ts';
import { deviceAggregate } from './device.aggregate.ts';
import { type DeviceCommand, noDevice } from './device.decider.ts';
import { DeviceList } from './device.query.ts';
import { DeviceRemoval } from './device-removal.ts';
import { addressOf, deviceId, endpointOfDevice, secretOwner } from './known-device.ts';
import { isPushKey } from './push-key.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

export interface DeviceRules extends UrlRules {
  /** Those that this installation can reach. */
  platforms: ReadonlySet<PushPlatform>;
  /** The public one that browsers subscribe with. */
  vapidKey: string | null;
}

/** Devices of one user. */
export const mostDevices = 20;
/** How often a place is looked for that nobody else takes at that moment. */
const tries = 5;
const placeTaken = 'device-place-taken';

export const notConfigured = (platform: PushPlatform): DomainError =>
  rejected(
    'push-platform-not-configured',
    `This installation sends no pushes over ${platform}: its operator sets the keys for it.`,
    { platform },
  );

const refusal = ({ guard }: GuardFailure): DomainError =>
  conflict(guard === 'claimed' ? placeTaken : guard, 'Another device was registered at the same moment: try again.');

const isPlaceTaken = (error: unknown): boolean => error instanceof DomainError && error.code === placeTaken;

/** A push service takes what is encrypted for a key that is none, and the device can never read it. */
const checkKey = (device: NewDevice): void => {
  if (device.platform !== 'webpush' || isPushKey(device.p256dh)) return;
  const message = 'must be an uncompressed point of the curve P-256';
  throw invalid('push-key-refused', `\`p256dh\` ${message}: take it from PushSubscription.toJSON().`, {
    errors: [{ path: 'p256dh', message }],
  });
};

/** Registers, lists and removes the devices of users. */
export class DeviceDesk {
  private readonly ground: Ground;
  private readonly rules: DeviceRules;
  private readonly devices: DeviceList;
  private readonly removal: DeviceRemoval;

  constructor(ground: Ground, rules: DeviceRules) {
    this.ground = ground;
    this.rules = rules;
    this.devices = new DeviceList(ground);
    this.removal = new DeviceRemoval(ground);
  }

  /** Throws `push-platform-not-configured`, `push-endpoint-refused`, `push-key-refused`, `too-many-devices`. */
  async register({ userId, device }: Input<typeof deviceCommands.registerDevice>, call: CallContext): Promise<Device> {
    this.check(device);
    const { tenantId } = call;
    const id = deviceId(tenantId, addressOf(device));
    for (let left = tries; ; left -= 1) {
      try {
        await this.take(id, { userId, device }, call);
        break;
      } catch (error) {
        if (left === 1 || !isPlaceTaken(error)) throw error;
      }
    }
    const registered = await this.devices.find(tenantId, userId, id);
    if (registered === null) throw noDevice(); // somebody else took it over meanwhile
    return registered;
  }

  list(input: Input<typeof deviceQueries.listDevices>, { tenantId }: CallContext): Promise<Page<Device>> {
    return this.devices.page(tenantId, input);
  }

  /** Throws `device-not-found`. */
  async remove({ userId, id }: Input<typeof deviceCommands.removeDevice>, call: CallContext): Promise<void> {
    const { tenantId } = call;
    await this.removal.remove({ tenantId, id, userId }, { reason: 'removed', detail: null }, metaOfCall(call));
  }

  /** Throws `push-platform-not-configured`. */
  vapidKey(): { publicKey: string } {
    const { vapidKey: publicKey } = this.rules;
    if (publicKey === null) throw notConfigured('webpush');
    return { publicKey };
  }

  private check(device: NewDevice): void {
    if (!this.rules.platforms.has(device.platform)) throw notConfigured(device.platform);
    checkKey(device);
    const fault = device.platform === 'webpush' ? givenUrlFault(device.endpoint, this.rules) : null;
    if (fault === null) return;
    throw invalid('push-endpoint-refused', 'Pushes are not sent to this endpoint', {
      errors: [{ path: 'endpoint', message: fault }],
    });
  }

  private async take(
    id: string,
    { userId, device }: Input<typeof deviceCommands.registerDevice>,
    call: CallContext,
  ): Promise<void> {
    const { store, clock } = this.ground;
    const { tenantId } = call;
    const address = addressOf(device);
    const places = await this.devices.placesOf(tenantId, userId);
    const slot = places.find((place) => place.id === id)?.slot ?? this.freePlace(places.map((place) => place.slot));
    const { platform, name, language } = device;
    const command: DeviceCommand = {
      type: 'RegisterDevice',
      data: { userId, platform, name, language, endpoint: endpointOfDevice(address), slot },
      meta: { now: clock().toISOString() },
    };
    const secret = store.secrets.row(tenantId, secretOwner(id), JSON.stringify(address));
    const meta = metaOfCall(call);
    await store.handle(deviceAggregate, { tenantId, id, command, meta, extraRows: [secret], onGuard: refusal });
  }

  private freePlace(taken: readonly number[]): number {
    const free = Array.from({ length: mostDevices }, (_, slot) => slot).find((slot) => !taken.includes(slot));
    if (free !== undefined) return free;
    throw rejected('too-many-devices', `Nobody has more than ${mostDevices} devices: remove one first.`, {
      limit: mostDevices,
    });
  }
}
