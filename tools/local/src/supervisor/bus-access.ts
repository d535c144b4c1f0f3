import { fromCurveSeed, fromSeed } from '@nats-io/nkeys';
import type { Secrets, Service } from '../data-folder/secrets.ts';
import type { CalloutKeys } from '../nats/accounts.ts';
import { natsAddress, type UsersFiles } from '../nats/program.ts';
import { SYSTEM_USER } from './bus-users.ts';

/** A NATS server, and who may log in there. */
export interface BusAccess {
  url: string;
  users: Record<Service | 'admin', { name: string; password: string } | undefined>;
  /** What the gateway is told so that other software can log in; empty where it cannot. */
  directLogins: Readonly<Record<string, string>>;
}

/** The gateway's settings for direct log-ins; those of a server that somebody else runs are handed on. */
export const DIRECT_LOGIN_SETTING =
  /^NATS_(SUBSCRIBER_URL|CALLOUT_SEED|CALLOUT_CURVE_SEED|SYSTEM_\w+|USERS_FILE|PID_FILE)$/;

/** Public halves of the keys with which the gateway answers for log-ins. */
export function calloutKeys({ calloutSeed, calloutCurveSeed }: Secrets): CalloutKeys {
  const encoder = new TextEncoder();
  return {
    issuer: fromSeed(encoder.encode(calloutSeed)).getPublicKey(),
    curve: fromCurveSeed(encoder.encode(calloutCurveSeed)).getPublicKey(),
  };
}

/** Settings of the gateway for direct log-ins on our own server: by files, or else by callout. */
export function ownDirectLogins(port: number, secrets: Secrets, files: UsersFiles | undefined): Record<string, string> {
  return {
    NATS_SUBSCRIBER_URL: natsAddress(port),
    ...(files === undefined
      ? {
          NATS_CALLOUT_SEED: secrets.calloutSeed,
          NATS_CALLOUT_CURVE_SEED: secrets.calloutCurveSeed,
          NATS_SYSTEM_USER: SYSTEM_USER,
          NATS_SYSTEM_PASSWORD: secrets.busSystem,
        }
      : { NATS_USERS_FILE: files.usersFile, NATS_PID_FILE: files.pidFile }),
  };
}

/** Our own server with the users of its configuration; without settings for direct log-ins where only the address matters. */
export function ownBus(
  port: number,
  passwords: Readonly<Record<Service | 'admin', string>>,
  directLogins: Readonly<Record<string, string>> = {},
): BusAccess {
  const loginOf = (name: Service | 'admin') => ({ name, password: passwords[name] });
  return {
    url: natsAddress(port),
    directLogins,
    users: {
      mailbox: loginOf('mailbox'),
      media: loginOf('media'),
      notify: loginOf('notify'),
      gateway: loginOf('gateway'),
      admin: loginOf('admin'),
    },
  };
}

/** The address with the credentials of a user who may subscribe to everything. */
export function subscriberAddress({ url, users }: BusAccess): string {
  if (users.admin === undefined) return url;
  // One address of a cluster is enough to find the others.
  const address = new URL(url.split(',')[0] ?? url);
  address.username = encodeURIComponent(users.admin.name);
  address.password = encodeURIComponent(users.admin.password);
  return address.href;
}
