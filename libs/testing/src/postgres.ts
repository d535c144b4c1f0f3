import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  databaseUrl,
  ensureServiceDatabase,
  freePort,
  postgresProgram,
  randomSecret,
  superuserUrl,
} from '@aftertone/local';
import { Client } from 'pg';
import { inject } from 'vitest';
import { givenFolder, temporaryFolder } from './cleanup.ts';
import { OwnServer } from './server-control.ts';

export interface OwnPostgresOptions {
  /** Folder of database files and log; a temporary one unless given, which then is not removed. */
  dataDir?: string;
  port?: number;
  /** Flush to disk as in production; off unless told. */
  durable?: boolean;
  /** Server settings, such as `{ max_connections: '20' }`. */
  settings?: Readonly<Record<string, string>>;
}

export interface TestDatabase {
  /** As a service in production: the role owns this database and its objects, and may do nothing beyond. */
  url: string;
  /** The same database for a superuser, who may look and reach everywhere. */
  superuserUrl: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

/** Starts a Postgres of this test's own, to be stopped or killed. `url` is the superuser's for database `postgres`. */
export async function startPostgres(options: OwnPostgresOptions = {}): Promise<OwnServer> {
  const folder = options.dataDir === undefined ? temporaryFolder('postgres') : givenFolder(options.dataDir);
  const access = { port: options.port ?? (await freePort()), password: randomSecret() };
  const program = await postgresProgram({
    ...access,
    dataDir: join(folder.path, 'data'),
    logFile: join(folder.path, 'postgres.log'),
    durable: options.durable ?? false,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const server = new OwnServer(program, superuserUrl(access, 'postgres'), folder);
  await server.start();
  return server;
}

/** An empty database of its own on the Postgres of the test run, or on the server behind `serverUrl`. */
export async function freshDatabase(serverUrl: string = inject('postgresUrl')): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const password = randomSecret();
  await withClient(serverUrl, (client) => ensureServiceDatabase(client, name, password));
  const port = Number(new URL(serverUrl).port);
  const elevated = new URL(serverUrl);
  elevated.pathname = `/${name}`;
  return {
    url: databaseUrl({ port, user: name, password, database: name }),
    superuserUrl: elevated.href,
    drop: () =>
      withClient(serverUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE IF EXISTS ${name}`);
      }),
  };
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
