import { hostname } from 'node:os';
import type { Config } from '../config.ts';

const everywhere = new Set(['0.0.0.0', '::']);

/** Where other replicas reach this one: as it is told, or else the address that it listens on. */
export const replicaUrl = ({
  MEDIA_REPLICA_URL: told,
  HOST,
  PORT,
}: Pick<Config, 'MEDIA_REPLICA_URL' | 'HOST' | 'PORT'>): string => {
  if (told !== undefined) return told.replaceAll('{host}', hostname());
  const host = everywhere.has(HOST) ? hostname() : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
};
