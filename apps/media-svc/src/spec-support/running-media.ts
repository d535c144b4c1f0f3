import { randomBytes } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import {
  createLogger,
  type Grant,
  parseConfig,
  type RunningService,
  signGrant,
  startService,
} from '@aftertone/platform';
import {
  freePort,
  freshDatabase,
  type OwnNats,
  startNats,
  type TestFolder,
  temporaryFolder,
  uniqueCell,
} from '@aftertone/testing';
import { z } from 'zod';
import { configSchema } from '../config.ts';
import { mediaService } from '../service.ts';
import { filesIn } from './open-storage.ts';

const object = z.record(z.string(), z.unknown());

/** media-svc as it is deployed, on a bus and a database of its own. */
export interface RunningMedia {
  service: RunningService;
  nats: OwnNats;
  cell: string;
  secret: string;
  kek: string;
  tenantId: string;
  databaseUrl: string;
  storage: TestFolder;
  spool: TestFolder;
  grant(mediaId: string, verb: Grant['verb'], more?: Partial<Grant>): string;
  put(mediaId: string, body: RequestInit['body'], more?: Partial<Grant>): Promise<Response>;
  get(mediaId: string, headers?: Record<string, string>, path?: string): Promise<Response>;
  /** Names of all files in storage and spool. */
  files(): string[];
  close(): Promise<void>;
}

export interface MediaSettings {
  environment?: Record<string, string>;
  nats?: OwnNats;
  databaseUrl?: string;
  /** Of another replica. */
  cell?: string;
  tenantId?: string;
  secret?: string;
  kek?: string;
  storage?: TestFolder;
  spool?: TestFolder;
}

export const startMedia = async ({ environment = {}, ...given }: MediaSettings = {}): Promise<RunningMedia> => {
  const nats = given.nats ?? (await startNats());
  const database = given.databaseUrl === undefined ? await freshDatabase() : null;
  const databaseUrl = given.databaseUrl ?? database?.url ?? '';
  const storage = given.storage ?? temporaryFolder('media');
  const spool = given.spool ?? temporaryFolder('media-spool');
  const cell = given.cell ?? uniqueCell();
  const secret = given.secret ?? randomBytes(24).toString('base64');
  const kek = given.kek ?? randomBytes(32).toString('base64');
  const config = parseConfig(configSchema, {
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    LOG_LEVEL: 'fatal',
    AFTERTONE_CELL: cell,
    AFTERTONE_KEK: kek,
    NATS_URL: nats.url,
    DATABASE_URL_MEDIA: databaseUrl,
    MEDIA_GRANT_SECRET: secret,
    MEDIA_STORAGE_PATH: storage.path,
    MEDIA_SPOOL_PATH: spool.path,
    SHUTDOWN_GRACE_MS: '2000',
    ...environment,
  });
  const options = mediaService(config);
  const service = await startService(options, createLogger({ service: options.name, level: config.LOG_LEVEL }));
  const tenantId = given.tenantId ?? newId();
  const media: RunningMedia = {
    service,
    nats,
    cell,
    secret,
    kek,
    tenantId,
    databaseUrl,
    storage,
    spool,
    grant: (mediaId, verb, more = {}) =>
      signGrant({ tenantId, mediaId, verb, expiresAt: Date.now() + 60_000, ...more }, secret),
    put: (mediaId, body, more) =>
      fetch(`${service.url}/media/${mediaId}`, {
        method: 'PUT',
        body: body ?? null,
        headers: { authorization: `Grant ${media.grant(mediaId, 'put', more)}` },
        duplex: 'half',
      }),
    get: (mediaId, headers = {}, path = '') =>
      fetch(`${service.url}/media/${mediaId}${path}`, {
        headers: { authorization: `Grant ${media.grant(mediaId, 'get')}`, ...headers },
      }),
    files: () => [...filesIn(storage.path), ...filesIn(spool.path)],
    close: async () => {
      await service.close();
      if (given.storage === undefined) storage.remove();
      if (given.spool === undefined) spool.remove();
      if (given.nats === undefined) await nats.remove();
      await database?.drop();
    },
  };
  return media;
};

/** Waits until the service says that it can serve. */
export const isReady = async ({ service }: RunningMedia): Promise<void> => {
  const answer = await fetch(`${service.url}/readyz`);
  if (!answer.ok) throw new Error(await answer.text());
};

/** The JSON object of an answer. */
export const json = async (answer: Response): Promise<Record<string, unknown>> => object.parse(await answer.json());
