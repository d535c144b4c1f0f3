import pg from 'pg';
import type { Bus } from '../bus/bus.ts';
import { connectBus } from '../bus/connect-bus.ts';

/** What the operator's commands may reach. */
export interface Access {
  /** By service, as far as the environment names them. */
  databases: Readonly<Record<string, pg.Pool>>;
  /** Undefined when the environment names no bus. */
  bus: Bus | undefined;
  close(): Promise<void>;
}

const prefix = 'DATABASE_URL_';

export const openAccess = (environment: Readonly<Record<string, string | undefined>>): Access => {
  const databases = Object.fromEntries(
    Object.entries(environment).flatMap(([name, url]) => {
      if (!name.startsWith(prefix) || !url) return [];
      const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 5_000 });
      pool.on('error', () => {});
      return [[name.slice(prefix.length).toLowerCase(), pool]];
    }),
  );
  const url = environment.NATS_URL;
  const { NATS_USER: user, NATS_PASSWORD: password } = environment;
  const bus = url ? connectBus({ url, user, password, name: 'aftertone-cli' }) : undefined;
  return {
    databases,
    bus,
    close: async () => {
      await Promise.all([...Object.values(databases).map((pool) => pool.end()), bus?.close()]);
    },
  };
};
