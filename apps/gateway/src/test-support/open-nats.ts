import {
  busUsers,
  hasCallout,
  type NatsKind,
  natsVersion,
  type OwnNats,
  startNats,
  systemUser,
  usersFilesOf,
} from '@aftertone/testing';
import { createAccount, createCurve, type KeyPair } from '@nats-io/nkeys';

/** Passwords of the services on it, and of `admin`, who may do everything in their account. */
export const busPasswords = { mailbox: 'm', media: 'a', notify: 'n', gateway: 'g', admin: 'x' };

/** A NATS server that other software may log in to. */
export interface OpenNats {
  nats: OwnNats;
  /** `host:port`. */
  host: string;
  /** Whether the server asks the gateway; otherwise it reads a file. */
  byCallout: boolean;
  /** What a gateway is to be told about it. */
  settings: Record<string, string>;
}

const seedOf = (key: KeyPair): string => new TextDecoder().decode(key.getSeed());

/** Starts a server of this kind as `npm start` would. */
export const startOpenNats = async (kind: NatsKind): Promise<OpenNats> => {
  const source = await kind.source();
  const byCallout = hasCallout(await natsVersion(source));
  const [issuer, curve, system] = [createAccount(), createCurve(), systemUser('system')];
  const callout = { issuer: issuer.getPublicKey(), curve: curve.getPublicKey() };
  const directLogins = { system, ...(byCallout ? { callout } : {}) };
  const nats = await startNats({ source, directLogins, users: busUsers('c1', busPasswords) });
  const { host } = new URL(nats.url);
  const files = usersFilesOf(nats.dataDir);
  const way = byCallout
    ? {
        NATS_CALLOUT_SEED: seedOf(issuer),
        NATS_CALLOUT_CURVE_SEED: seedOf(curve),
        NATS_SYSTEM_USER: system.name,
        NATS_SYSTEM_PASSWORD: system.password,
      }
    : { NATS_USERS_FILE: files.usersFile, NATS_PID_FILE: files.pidFile };
  const url = `nats://${host}`;
  const access = { NATS_URL: url, NATS_USER: 'gateway', NATS_PASSWORD: busPasswords.gateway, NATS_SUBSCRIBER_URL: url };
  return { nats, host, byCallout, settings: { ...access, ...way } };
};
