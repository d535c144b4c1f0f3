import { parseArgs } from 'node:util';
import { SERVICES, type Service } from '../data-folder/secrets.ts';
import { DEFAULT_NATS_IMAGE } from '../nats/locate.ts';
import { type BusAccess, DIRECT_LOGIN_SETTING } from './bus-access.ts';
import type { DatabaseUrls } from './databases.ts';

/** What `npm start` was asked to do, from its options and the environment. */
export interface Settings {
  port: number;
  dataDir: string;
  demo: boolean;
  /** False: what is built is started as it is. */
  build: boolean;
  detach: boolean;
  logLevel: string;
  /** The first cell, which is the gateway's own. */
  cell: string;
  /** Cells that run beside it, behind the same gateway. */
  otherCells: readonly string[];
  mailFrom: string;
  natsImage: string;
  /** Path of the nats-server to run, instead of one that is found. */
  natsProgram?: string;
  /** Servers that somebody else runs; each replaces one of ours. */
  databases?: DatabaseUrls;
  bus?: BusAccess;
  smtpUrl?: string;
  /** Key-encryption key to use instead of the data folder's own: databases of one's own are sealed with one's own key. */
  kek?: string;
}

/** The options or the environment make no sense; the message says what and how to put it right. */
export class BadSettings extends Error {
  override name = 'BadSettings';
}

export const DEFAULT_DATA_DIR = '.data';
const DEFAULT_PORT = 8080;
const DEFAULT_CELL = 'c1';
const USAGE = 'npm start -- [--port 8080] [--data-dir .data] [--cells c1,c2] [--no-demo] [--no-build] [--detach]';

/** Reads options and environment of `npm start`. Throws `BadSettings`. */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const options = parse(args);
  const port = options.port === undefined ? DEFAULT_PORT : Number(options.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new BadSettings(`--port must be a number from 1 to 65535, not "${options.port}"`);
  }
  const databases = givenDatabases(env);
  const bus = givenBus(env);
  const [cell = DEFAULT_CELL, ...otherCells] = cellsOf(options.cells ?? env.AFTERTONE_CELL ?? DEFAULT_CELL);
  if (otherCells.length > 0 && (databases !== undefined || bus !== undefined)) {
    throw new BadSettings('Several cells run on built-in servers only: without DATABASE_URL_* and NATS_URL');
  }
  return {
    port,
    dataDir: options['data-dir'] ?? DEFAULT_DATA_DIR,
    demo: !options['no-demo'],
    build: !options['no-build'],
    detach: options.detach === true,
    logLevel: env.LOG_LEVEL ?? 'info',
    cell,
    otherCells,
    mailFrom: env.MAIL_FROM ?? 'Aftertone <voicemail@aftertone.localhost>',
    natsImage: env.NATS_IMAGE ?? DEFAULT_NATS_IMAGE,
    ...(env.AFTERTONE_NATS_SERVER ? { natsProgram: env.AFTERTONE_NATS_SERVER } : {}),
    ...(databases === undefined ? {} : { databases }),
    ...(bus === undefined ? {} : { bus }),
    ...(env.SMTP_URL ? { smtpUrl: env.SMTP_URL } : {}),
    ...(env.AFTERTONE_KEK ? { kek: env.AFTERTONE_KEK } : {}),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        cells: { type: 'string' },
        'no-demo': { type: 'boolean' },
        'no-build': { type: 'boolean' },
        detach: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new BadSettings(`${error instanceof Error ? error.message : error}\nUsage: ${USAGE}`);
  }
}

function cellsOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => /^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) && new Set(names).size === names.length)
    return names;
  throw new BadSettings(`Cells have different names of 1 to 32 lower-case letters, digits and hyphens, not "${text}"`);
}

function givenDatabases(env: NodeJS.ProcessEnv): DatabaseUrls | undefined {
  const nameOf = (service: Service): string => `DATABASE_URL_${service.toUpperCase()}`;
  const missing = SERVICES.filter((service) => !env[nameOf(service)]);
  if (missing.length === SERVICES.length) return undefined;
  if (missing.length > 0) {
    throw new BadSettings(
      `Databases of your own must be given for all services or for none; ${missing.map(nameOf).join(', ')} missing`,
    );
  }
  const urlOf = (service: Service): string => env[nameOf(service)] ?? '';
  return { mailbox: urlOf('mailbox'), media: urlOf('media'), notify: urlOf('notify'), gateway: urlOf('gateway') };
}

function givenBus(env: NodeJS.ProcessEnv): BusAccess | undefined {
  if (!env.NATS_URL) return undefined;
  const userOf = (who: string) => {
    const name = env[`NATS_USER_${who}`] ?? env.NATS_USER;
    return name === undefined ? undefined : { name, password: env[`NATS_PASSWORD_${who}`] ?? env.NATS_PASSWORD ?? '' };
  };
  return {
    url: env.NATS_URL,
    directLogins: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (DIRECT_LOGIN_SETTING.test(name) && value ? [[name, value]] : [])),
    ),
    users: {
      mailbox: userOf('MAILBOX'),
      media: userOf('MEDIA'),
      notify: userOf('NOTIFY'),
      gateway: userOf('GATEWAY'),
      admin: userOf('ADMIN'),
    },
  };
}
