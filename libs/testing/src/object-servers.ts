import { accessSync, constants, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type Program, randomSecret } from '@aftertone/local';
import { temporaryFolder } from './cleanup.ts';
import { OwnServer } from './server-control.ts';

/** A server of an object storage's own protocol, with one bucket of one test. */
export interface OwnObjectServer {
  server: OwnServer;
  endpoint: string;
  /** Exists already where `makesBucket` is true. */
  bucket: string;
  /** Account name and key; empty where the server asks for none. */
  user: string;
  secret: string;
}

/**
 * - `credentials`: it lets everybody in.
 * - `buckets`: it makes those that are not there.
 * - `first-byte`: a range of the first byte alone is answered wrongly.
 * - `pages`: it lists a thousand objects at most.
 */
export type Lack = 'credentials' | 'buckets' | 'first-byte' | 'pages';

export interface ObjectServerKind {
  name: string;
  type: 's3' | 'azure' | 'gcp';
  /** Why it cannot be started here; undefined when it can. */
  missing: string | undefined;
  /** The bucket is there from the start; else the test makes it. */
  makesBucket: boolean;
  /** What it does otherwise than the real one. */
  lacks: ReadonlySet<Lack>;
  start(): Promise<OwnObjectServer>;
}

/** Where `.ci/run` puts what it has built with Go. */
const BUILT = fileURLToPath(new URL('../../../.cache/object-servers', import.meta.url));
const require = createRequire(import.meta.url);
const bucket = 'recordings';

const built = (name: string): { command: string; missing: string | undefined } => {
  const command = join(process.env.AFTERTONE_OBJECT_SERVERS ?? BUILT, name);
  try {
    accessSync(command, constants.X_OK);
    return { command, missing: undefined };
  } catch {
    return { command, missing: `there is no ${name} (.ci/run builds it where Go is)` };
  }
};

/** Azurite from npm, the two that Go builds where Go is, and where it is not, an S3 server from npm, which is no real one. */
export const objectServerKinds = (): readonly ObjectServerKind[] => {
  const [minio, gcs] = [built('minio'), built('fake-gcs-server')];
  return [
    { name: 'Azurite', type: 'azure', missing: undefined, makesBucket: false, lacks: none, start: startAzurite },
    {
      name: 'MinIO',
      type: 's3',
      missing: minio.missing,
      makesBucket: false,
      lacks: none,
      start: () => startMinio(minio.command),
    },
    ...(minio.missing === undefined ? [] : [s3rver]),
    {
      name: 'fake-gcs-server',
      type: 'gcp',
      missing: gcs.missing,
      makesBucket: true,
      lacks: new Set(['credentials', 'buckets']),
      start: () => startGcs(gcs.command),
    },
  ];
};

const none: ReadonlySet<Lack> = new Set();

const s3rver: ObjectServerKind = {
  name: 's3rver',
  type: 's3',
  missing: undefined,
  makesBucket: true,
  lacks: new Set(['credentials', 'first-byte', 'pages']),
  start: () => startS3rver(),
};

interface Launch {
  name: string;
  command: string;
  args(port: number, folder: string): string[];
  env?: Record<string, string>;
  user: string;
  secret: string;
}

const launch = async ({ name, command, args, env = {}, user, secret }: Launch): Promise<OwnObjectServer> => {
  const folder = temporaryFolder(name);
  const port = await freePort();
  const program: Program = {
    name,
    command,
    args: args(port, folder.path),
    env: { PATH: process.env.PATH, HOME: folder.path, ...env },
    logFile: join(folder.path, `${name}.log`),
    isReady: () => listens(port),
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const server = new OwnServer(program, endpoint, folder);
  await server.start();
  return { server, endpoint, bucket, user, secret };
};

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });

const startAzurite = (): Promise<OwnObjectServer> => {
  const [user, secret] = ['tests', Buffer.from(randomSecret()).toString('base64')];
  const main = join(dirname(require.resolve('azurite/package.json')), 'dist/src/blob/main.js');
  return launch({
    name: 'azurite',
    command: process.execPath,
    args: (port, folder) =>
      `${main} --blobHost 127.0.0.1 --blobPort ${port} --location ${folder} --silent --skipApiVersionCheck --disableTelemetry`.split(
        ' ',
      ),
    env: { AZURITE_ACCOUNTS: `${user}:${secret}` },
    user,
    secret,
  });
};

const startS3rver = (): Promise<OwnObjectServer> => {
  const main = join(dirname(require.resolve('s3rver/package.json')), 'bin/s3rver.js');
  return launch({
    name: 's3rver',
    command: process.execPath,
    args: (port, folder) =>
      `${main} --directory ${folder}/data --address 127.0.0.1 --port ${port} --silent --configure-bucket ${bucket}`.split(
        ' ',
      ),
    // The only ones that it knows.
    user: 'S3RVER',
    secret: 'S3RVER',
  });
};

const startMinio = (command: string): Promise<OwnObjectServer> => {
  const [user, secret] = ['tests', randomSecret()];
  return launch({
    name: 'minio',
    command,
    args: (port, folder) => ['server', '--quiet', '--address', `127.0.0.1:${port}`, join(folder, 'data')],
    env: { MINIO_ROOT_USER: user, MINIO_ROOT_PASSWORD: secret, MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' },
    user,
    secret,
  });
};

const startGcs = (command: string): Promise<OwnObjectServer> =>
  launch({
    name: 'fake-gcs-server',
    command,
    args: (port, folder) => {
      mkdirSync(join(folder, 'data', bucket), { recursive: true });
      const place = `-filesystem-root ${folder}/data -host 127.0.0.1 -port ${port} -public-host 127.0.0.1:${port}`;
      return `-scheme http ${place} -external-url http://127.0.0.1:${port} -log-level error`.split(' ');
    },
    user: '',
    secret: '',
  });
