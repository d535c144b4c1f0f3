import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DEFAULT_NATS_IMAGE,
  freePort,
  locateNats,
  type NatsOptions,
  type NatsSource,
  type NatsUser,
  natsAddress,
  natsProgram,
  type Program,
  randomSecret,
} from '@aftertone/local';
import { inject } from 'vitest';
import { givenFolder, type TestFolder, temporaryFolder } from './cleanup.ts';
import { OwnServer } from './server-control.ts';

const NATS_CACHE = fileURLToPath(new URL('../../../.cache/nats', import.meta.url));

export interface OwnNatsOptions {
  /** Folder of configuration and streams; a temporary one unless given, which then is not removed. */
  dataDir?: string;
  port?: number;
  /** Lines of server configuration in addition. */
  configExtra?: string;
  /** Who may log in; one user with every right unless given. */
  users?: readonly [NatsUser, ...NatsUser[]];
  /** Which server; the usual one unless given. */
  source?: NatsSource;
  /** Accounts for services and for other software, as `npm start` makes them. */
  directLogins?: NatsOptions['directLogins'];
}

/** A NATS server with JetStream of one test's own. */
export class OwnNats extends OwnServer {
  /** Folder of its configuration and streams. */
  readonly dataDir: string;
  private readonly streams: string;

  constructor(program: Program, url: string, folder: TestFolder) {
    super(program, url, folder);
    this.dataDir = folder.path;
    this.streams = join(folder.path, 'jetstream');
  }

  /** Kills the server, removes every stream and starts it again: what a lost volume does. */
  async wipe(): Promise<void> {
    await this.kill();
    rmSync(this.streams, { recursive: true, force: true });
    await this.start();
  }
}

/** Starts a NATS server of this test's own, to be stopped, killed or wiped. `url` holds the first user's credentials. */
export async function startNats(options: OwnNatsOptions = {}): Promise<OwnNats> {
  const source = options.source ?? (await usualNats());
  const folder = options.dataDir === undefined ? temporaryFolder('nats') : givenFolder(options.dataDir);
  const users = options.users ?? ([{ name: 'test', password: randomSecret() }] as const);
  const port = options.port ?? (await freePort());
  const program = natsProgram({
    source,
    dataDir: folder.path,
    logFile: join(folder.path, 'nats-server.log'),
    port,
    users,
    ...(options.directLogins === undefined ? {} : { directLogins: options.directLogins }),
    ...(options.configExtra === undefined ? {} : { extra: options.configExtra }),
  });
  const server = new OwnNats(program, natsAddress(port, users[0]), folder);
  await server.start();
  return server;
}

/** The server that `npm start` would take. */
export function usualNats(): Promise<NatsSource> {
  const image = process.env.NATS_IMAGE ?? DEFAULT_NATS_IMAGE;
  return locateNats({ cacheDir: NATS_CACHE, image, say: (line) => console.log(line) });
}

/** Address of the test run's NATS server, with the credentials of a user who may do everything. */
export function natsUrl(): string {
  return inject('natsUrl');
}

/** A cell name (or stream prefix) that no other test uses: several files share one NATS server. */
export function uniqueCell(): string {
  return `t${randomBytes(6).toString('hex')}`;
}
