import { join } from 'node:path';
import { type Layout, logFile } from '../data-folder/layout.ts';
import type { Ports } from '../data-folder/ports.ts';
import { SERVICES, type Secrets, type Service } from '../data-folder/secrets.ts';
import type { Program } from '../process/program.ts';
import { type BusAccess, DIRECT_LOGIN_SETTING } from './bus-access.ts';
import type { DatabaseUrls } from './databases.ts';
import { CELL_SERVICES, cellsSetting, type ServedCell } from './other-cells.ts';
import type { Settings } from './settings.ts';

/** Name of the platform's first tenant and of its administrator. */
export const FIRST_TENANT = { tenant: 'demo', administrator: 'admin' };

export interface ServiceSurroundings {
  /** Folder of the checkout. */
  workspace: string;
  settings: Settings;
  layout: Layout;
  ports: Ports;
  secrets: Secrets;
  databases: DatabaseUrls;
  bus: BusAccess;
  smtpUrl: string;
  /** Cells that the gateway serves beside its own; none unless given. */
  otherCells?: readonly ServedCell[];
}

const HOST = '127.0.0.1';
const APPS: Record<Service, string> = {
  mailbox: 'mailbox-svc',
  media: 'media-svc',
  notify: 'notify-svc',
  gateway: 'gateway',
};

/** The four services as programs to start, each with its environment. */
export function servicePrograms(around: ServiceSurroundings): Program[] {
  return SERVICES.map((service) => serviceProgram(service, around));
}

/** The services of a cell beside the first, called by its name too. */
export function cellPrograms(around: ServiceSurroundings, cell: ServedCell): Program[] {
  const { name, layout, databases, bus } = cell;
  const within = { layout, databases, bus, settings: { ...around.settings, cell: name } };
  const ports = { ...around.ports, ...cell.ports };
  return CELL_SERVICES.map((service) => {
    const program = serviceProgram(service, { ...around, ...within, ports });
    return { ...program, name: `${program.name}-${name}` };
  });
}

function serviceProgram(service: Service, around: ServiceSurroundings): Program {
  const port = portOf(service, around);
  return {
    name: APPS[service],
    command: process.execPath,
    args: ['--enable-source-maps', join(around.workspace, 'apps', APPS[service], 'dist', 'main.js')],
    env: { ...inherited(), ...environmentOf(service, around) },
    cwd: around.workspace,
    logFile: logFile(around.layout, APPS[service]),
    isReady: async () => (await fetch(`http://${HOST}:${port}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok,
    readyTimeoutMs: 120_000,
    stopSignal: 'SIGTERM',
    graceMs: 20_000,
  };
}

export function publicUrl(port: number): string {
  return `http://${HOST}:${port}`;
}

function portOf(service: Service, { settings, ports }: ServiceSurroundings): number {
  return service === 'gateway' ? settings.port : ports[service];
}

function environmentOf(service: Service, around: ServiceSurroundings): NodeJS.ProcessEnv {
  const { settings, secrets, ports } = around;
  const user = around.bus.users[service];
  return {
    NODE_ENV: 'production',
    HOST,
    PORT: String(portOf(service, around)),
    LOG_LEVEL: settings.logLevel,
    AFTERTONE_CELL: settings.cell,
    AFTERTONE_KEK: settings.kek ?? secrets.kek,
    NATS_URL: around.bus.url,
    ...(user === undefined ? {} : { NATS_USER: user.name, NATS_PASSWORD: user.password }),
    [`DATABASE_URL_${service.toUpperCase()}`]: around.databases[service],
    ...ownEnvironment(service, around, { mediaUrl: publicUrl(ports.media), publicUrl: publicUrl(settings.port) }),
  };
}

/** Webhooks of somebody who tries things out are on this machine, and have no certificate. */
const callsOurselves = { OUTGOING_ALLOW_NETWORKS: '127.0.0.0/8', OUTGOING_ALLOW_HTTP: 'true' };

/** Whoever sends e-mails from here is who push services can turn to. */
const pushKeys = ({ publicKey, privateKey }: Secrets['vapid'], mailFrom: string) => ({
  VAPID_PUBLIC_KEY: publicKey,
  VAPID_PRIVATE_KEY: privateKey,
  VAPID_SUBJECT: `mailto:${/[^\s<>]+@[^\s<>]+/.exec(mailFrom)?.[0] ?? mailFrom}`,
});

/** What only some services are told. */
function ownEnvironment(
  service: Service,
  { layout, secrets, settings, smtpUrl, bus, otherCells = [] }: ServiceSurroundings,
  urls: { mediaUrl: string; publicUrl: string },
): NodeJS.ProcessEnv {
  const usesMedia = { MEDIA_GRANT_SECRET: secrets.mediaGrant, MEDIA_URL: urls.mediaUrl };
  const makesLinks = { LINK_SECRET: secrets.link, PUBLIC_URL: urls.publicUrl };
  switch (service) {
    case 'mailbox':
      return {};
    case 'media':
      return {
        MEDIA_GRANT_SECRET: secrets.mediaGrant,
        MEDIA_STORAGE_PATH: layout.media,
        ...(process.env.MEDIA_STORAGES === undefined ? {} : { MEDIA_STORAGES: process.env.MEDIA_STORAGES }),
        MEDIA_SPOOL_PATH: layout.mediaSpool,
      };
    case 'notify':
      return {
        ...usesMedia,
        ...makesLinks,
        ...callsOurselves,
        ...pushKeys(secrets.vapid, settings.mailFrom),
        SMTP_URL: smtpUrl,
        MAIL_FROM: settings.mailFrom,
      };
    case 'gateway':
      return {
        ...usesMedia,
        ...makesLinks,
        ...bus.directLogins,
        ...(otherCells.length === 0 ? {} : { AFTERTONE_CELLS: cellsSetting(otherCells, publicUrl) }),
        BOOTSTRAP_TENANT_NAME: FIRST_TENANT.tenant,
        BOOTSTRAP_ADMIN_USERNAME: FIRST_TENANT.administrator,
        BOOTSTRAP_ADMIN_PASSWORD: secrets.administrator,
      };
  }
}

/** Our environment without the access of the other services: each gets only its own. */
function inherited(): NodeJS.ProcessEnv {
  const secret = /^(DATABASE_URL_|NATS_(URL|USER|PASSWORD)|SMTP_URL$|MEDIA_STORAGES$|npm_)/;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !secret.test(name) && !DIRECT_LOGIN_SETTING.test(name)),
  );
}
