import { join } from 'node:path';
import {
  busUsers,
  calloutKeys,
  databaseUrl,
  ensureDatabases,
  hasCallout,
  type Layout,
  natsVersion,
  ownBus,
  ownDirectLogins,
  type Ports,
  postgresProgram,
  type Secrets,
  superuserUrl,
  systemUser,
  usersFilesOf,
} from '@aftertone/local';
import { givenFolder, natsKinds, type OwnNats, OwnServer, startNats } from '@aftertone/testing';

/** The servers that the services use, each of which can be stopped, killed and started again. */
export interface Servers {
  postgres: OwnServer;
  /** From its next start on Postgres has these, too. */
  setPostgresEnvironment(env: Readonly<Record<string, string>>): void;
  nats: OwnNats;
  databases: Awaited<ReturnType<typeof ensureDatabases>>;
  bus: ReturnType<typeof ownBus>;
  /** Of a superuser, for one of the databases. */
  superuser(database: string): string;
}

export interface ServersOptions {
  layout: Layout;
  ports: Ports;
  secrets: Secrets;
  cell: string;
  /** Settings of Postgres, such as `{ max_connections: '60' }`. */
  postgres: Readonly<Record<string, string>>;
}

/** Starts both as `npm start` does, Postgres with every flush to the disk. */
export async function startServers({
  layout,
  ports,
  secrets,
  cell,
  postgres: settings,
}: ServersOptions): Promise<Servers> {
  const access = { port: ports.postgres, password: secrets.postgres };
  const environment: NodeJS.ProcessEnv = {};
  const asEver = await postgresProgram({
    ...access,
    dataDir: layout.postgres,
    logFile: join(layout.logs, 'postgres.log'),
    durable: true,
    settings,
  });
  const program = {
    ...asEver,
    get env() {
      return { ...asEver.env, ...environment };
    },
  };
  const postgres = new OwnServer(program, superuserUrl(access, 'postgres'), givenFolder(layout.postgres));
  const source = await natsKinds()[0].source();
  const byCallout = hasCallout(await natsVersion(source));
  const [nats] = await Promise.all([
    startNats({
      source,
      dataDir: layout.nats,
      port: ports.nats,
      users: busUsers(cell, secrets.bus),
      directLogins: { system: systemUser(secrets.busSystem), ...(byCallout ? { callout: calloutKeys(secrets) } : {}) },
    }),
    postgres.start(),
  ]);
  const logins = ownDirectLogins(ports.nats, secrets, byCallout ? undefined : usersFilesOf(layout.nats));
  return {
    postgres,
    setPostgresEnvironment: (env) => void Object.assign(environment, env),
    nats,
    databases: await ensureDatabases(access, secrets.databases),
    bus: ownBus(ports.nats, secrets.bus, logins),
    superuser: (database) => databaseUrl({ ...access, user: 'postgres', database }),
  };
}
