import { randomBytes } from 'node:crypto';
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
  /** Key-encryption key: 32 bytes, base64. Whoever loses it loses what is sealed with it. */
  kek: string;
  /** Signs the grants by which services reach audio. */
  mediaGrant: string;
  /** Password of the first tenant's administrator. */
  administrator: string;
}

export function ensureSecrets(layout: Layout): Secrets {
  const known = readJson<Secrets>(layout.secrets);
  if (known !== undefined) return known;
  const perService = () => ({
    mailbox: randomSecret(),
    media: randomSecret(),
    notify: randomSecret(),
    gateway: randomSecret(),
  });
  const made: Secrets = {
    postgres: randomSecret(),
    databases: perService(),
    bus: { ...perService(), admin: randomSecret() },
    kek: randomBytes(32).toString('base64'),
    mediaGrant: randomSecret(),
    administrator: randomSecret(),
  };
  writeJson(layout.secrets, made);
  return made;
}
