import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createAccount, createCurve, type KeyPair } from '@nats-io/nkeys';
import { randomSecret } from '../nats/program.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Layout } from './layout.ts';

export const SERVICES = ['mailbox', 'media', 'notify', 'gateway'] as const;
export type Service = (typeof SERVICES)[number];

/** Everything secret of one local installation, made once per data folder. */
export interface Secrets {
  /** Password of the Postgres superuser. */
  postgres: string;
  /** Password of each service's database role. */
  databases: Record<Service, string>;
  /** Password of each service on the bus, and of `admin`, who may do everything there. */
  bus: Record<Service | 'admin', string>;
  /** Password of the gateway's user in the bus's system account. */
  busSystem: string;
  /** Seed of the nkey that signs who may log in on the bus. */
  calloutSeed: string;
  /** Seed of the curve key to which tokens are sealed on their way from the bus to the gateway. */
  calloutCurveSeed: string;
  /** Key-encryption key: 32 bytes, base64. Whoever loses it loses what is sealed with it. */
  kek: string;
  /** Signs the grants by which services reach audio. */
  mediaGrant: string;
  /** Signs links to recordings in e-mails. Whoever loses it ends the links that were sent. */
  link: string;
  /** Signs Web Pushes (RFC 8292), in base64url. Browsers are subscribed with it. */
  vapid: { publicKey: string; privateKey: string };
  /** Password of the first tenant's administrator. */
  administrator: string;
}

/** The secrets of a data folder; makes those that an earlier version did not know. */
export function ensureSecrets(layout: Layout): Secrets {
  const known = readJson<Partial<Secrets>>(layout.secrets);
  const secrets = { ...makeSecrets(), ...known };
  if (Object.keys(secrets).length > Object.keys(known ?? {}).length) writeJson(layout.secrets, secrets);
  return secrets;
}

/** New secrets. */
export function makeSecrets(): Secrets {
  const perService = () => ({
    mailbox: randomSecret(),
    media: randomSecret(),
    notify: randomSecret(),
    gateway: randomSecret(),
  });
  return {
    postgres: randomSecret(),
    databases: perService(),
    bus: { ...perService(), admin: randomSecret() },
    busSystem: randomSecret(),
    calloutSeed: seedOf(createAccount()),
    calloutCurveSeed: seedOf(createCurve()),
    kek: randomBytes(32).toString('base64'),
    mediaGrant: randomSecret(),
    link: randomSecret(),
    vapid: vapidKeys(),
    administrator: randomSecret(),
  };
}

function vapidKeys(): Secrets['vapid'] {
  const {
    d = '',
    x = '',
    y = '',
  } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { publicKey: point.toString('base64url'), privateKey: d };
}

function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
}
