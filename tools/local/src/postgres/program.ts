import { Client } from 'pg';
import type { Program } from '../process/program.ts';
import { postgresAccount } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { ensureCluster, postgresEnvironment } from './cluster.ts';
import { endLeftoverPostgres } from './leftover.ts';

export interface PostgresOptions {
  /** Folder of the database files; made when missing. */
  dataDir: string;
  logFile: string;
  port: number;
  password: string;
  /** False trades safety against a power cut for speed: for tests only. */
  durable: boolean;
  /** Server settings in addition, such as `{ max_connections: '50' }`. */
  settings?: Readonly<Record<string, string>>;
}

const SUPERUSER = 'postgres';

const BASE_SETTINGS = {
  listen_addresses: '127.0.0.1',
  // A socket file's path may be 107 bytes at most, which a deep data folder exceeds; TCP on loopback has no such limit.
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_wal_size: '4GB' };

/** Connection string of the superuser for one database of the server. */
export function superuserUrl(options: Pick<PostgresOptions, 'port' | 'password'>, database: string): string {
  return databaseUrl({ port: options.port, user: SUPERUSER, password: options.password, database });
}

/** A connection string for a database on loopback. */
export function databaseUrl(to: { port: number; user: string; password: string; database: string }): string {
  const url = new URL(`postgres://127.0.0.1:${to.port}`);
  url.username = to.user;
  url.password = to.password;
  url.pathname = `/${to.database}`;
  return url.href;
}

/** The built-in Postgres as a program to start; its cluster is made on the first start. */
export async function postgresProgram(options: PostgresOptions): Promise<Program> {
  const binaries = await postgresBinaries();
  const account = await postgresAccount(options.dataDir);
  const settings = {
    ...BASE_SETTINGS,
    ...(options.durable ? {} : NOT_DURABLE),
    ...options.settings,
    port: String(options.port),
  };
  const [command = '', ...args] = [
    ...account.prefix,
    binaries.postgres,
    ...['-D', options.dataDir],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  return {
    name: 'postgres',
    command,
    args,
    env: postgresEnvironment(),
    ...account.ids,
    logFile: options.logFile,
    before: async () => {
      await endLeftoverPostgres(options.dataDir);
      await ensureCluster(binaries, account, { ...options, user: SUPERUSER });
    },
    isReady: () => answers(superuserUrl(options, 'postgres')),
    readyTimeoutMs: 60_000,
    // Fast shutdown: ends the sessions, writes everything down, and leaves nothing to recover.
    stopSignal: 'SIGINT',
    graceMs: 30_000,
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that goes away between connecting and asking would otherwise be an unhandled event.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
