import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import type { Program } from '../process/program.ts';
import { run } from '../process/run.ts';
import type { CalloutKeys } from './accounts.ts';
import { natsConfig } from './config.ts';
import type { NatsSource } from './locate.ts';
import type { NatsUser } from './user-entry.ts';

export interface NatsOptions {
  source: NatsSource;
  /** Folder of configuration and JetStream files; made when missing. */
  dataDir: string;
  logFile: string;
  port: number;
  users: readonly [NatsUser, ...NatsUser[]];
  extra?: string;
  /**
   * Present: other software may log in too. With keys the server asks the gateway (2.10 or later, or it does not start);
   * without, a file in the data folder says who may.
   */
  directLogins?: { system: NatsUser; callout?: CalloutKeys };
}

/** Files by which the gateway says who may log in, where the server cannot ask it. */
export interface UsersFiles {
  usersFile: string;
  pidFile: string;
}

const USERS_NAME = 'subscribers.conf';
const CONFIG_NAME = 'nats-server.conf';
const CONTAINER_DATA = '/aftertone';
const CONTAINER_PORT = 4222;

/** Address of a NATS server on loopback, with the user's name and password in it where one is given. */
export function natsAddress(port: number, user?: Pick<NatsUser, 'name' | 'password'>): string {
  const credentials =
    user === undefined ? '' : `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@`;
  return `nats://${credentials}127.0.0.1:${port}`;
}

/** Where the users' file and the process id of a server with this data folder are. */
export function usersFilesOf(dataDir: string): UsersFiles {
  return { usersFile: join(dataDir, USERS_NAME), pidFile: join(dataDir, 'nats-server.pid') };
}

/** A NATS server as a program to start; its configuration is written anew before each start. */
export function natsProgram(options: NatsOptions): Program {
  const place =
    'binary' in options.source
      ? onThisMachine(options, options.source.binary)
      : inContainer(options, options.source.image);
  const [user] = options.users;
  return {
    name: 'nats-server',
    logFile: options.logFile,
    env: process.env,
    isReady: () => answers(options.port, user),
    readyTimeoutMs: 30_000,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
    ...place,
  };
}

type Place = Pick<Program, 'command' | 'args' | 'before' | 'afterKill'>;

function onThisMachine(options: NatsOptions, binary: string): Place {
  return {
    command: binary,
    args: ['--config', join(options.dataDir, CONFIG_NAME)],
    before: async () => writeConfig(options, { port: options.port, host: '127.0.0.1', folder: options.dataDir }),
  };
}

function inContainer(options: NatsOptions, image: string): Place {
  // The engine's client can be killed without its container: the name lets us end that too.
  const name = `aftertone-nats-${options.port}`;
  const remove = async (): Promise<void> => {
    await run('docker', ['rm', '--force', name]);
  };
  return {
    command: 'docker',
    args: [
      ...['run', '--rm', '--name', name, '--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
      ...[
        '--publish',
        `127.0.0.1:${options.port}:${CONTAINER_PORT}`,
        '--volume',
        `${options.dataDir}:${CONTAINER_DATA}`,
      ],
      ...[image, '--config', `${CONTAINER_DATA}/${CONFIG_NAME}`],
    ],
    before: async () => {
      await remove();
      writeConfig(options, { port: CONTAINER_PORT, host: '0.0.0.0', folder: CONTAINER_DATA });
    },
    afterKill: remove,
  };
}

function writeConfig(options: NatsOptions, where: { port: number; host: string; folder: string }): void {
  mkdirSync(join(options.dataDir, 'jetstream'), { recursive: true, mode: 0o700 });
  const { directLogins } = options;
  if (directLogins !== undefined) prepareAccounts(options.dataDir);
  const text = natsConfig({
    port: where.port,
    host: where.host,
    storeDir: `${where.folder}/jetstream`,
    users: options.users,
    ...(directLogins === undefined ? {} : accountsOf(directLogins, where.folder)),
    ...(options.extra === undefined ? {} : { extra: options.extra }),
  });
  writeFileSync(join(options.dataDir, CONFIG_NAME), text, { mode: 0o600 });
}

function accountsOf({ system, callout }: NonNullable<NatsOptions['directLogins']>, folder: string) {
  return callout === undefined
    ? // The server reads an included file relative to the file that includes it.
      { pidFile: usersFilesOf(folder).pidFile, directLogins: { system, by: { usersFile: USERS_NAME } } }
    : { directLogins: { system, by: { callout } } };
}

function prepareAccounts(dataDir: string): void {
  const { usersFile } = usersFilesOf(dataDir);
  if (!existsSync(usersFile)) writeFileSync(usersFile, 'users: []\n', { mode: 0o600 });
  // Streams of a time when there were no accounts belong to the services.
  const accounts = join(dataDir, 'jetstream', 'jetstream');
  const [before, now] = [join(accounts, '$G'), join(accounts, 'AFTERTONE')];
  if (existsSync(before) && !existsSync(now)) renameSync(before, now);
}

async function answers(port: number, user: NatsUser): Promise<boolean> {
  const connection = await connect({
    servers: `127.0.0.1:${port}`,
    user: user.name,
    pass: user.password,
    name: 'aftertone-start',
    reconnect: false,
    timeout: 2_000,
  });
  await connection.flush();
  await connection.close();
  return true;
}

/** A password that needs no quoting anywhere. */
export function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}
