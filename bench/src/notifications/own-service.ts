import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, launch, type RunningProgram, untilReady } from '@aftertone/local';
import { familyOf, processes } from '../machine/proc.ts';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const secret = (): string => randomBytes(32).toString('base64');

export interface OwnServiceOptions {
  /** For its log. */
  folder: string;
  databaseUrl: string;
  natsUrl: string;
  cell: string;
  smtpPort: number;
  /** The key-encryption key: the same each time it is started on one database. */
  kek: string;
}

export interface OwnService {
  /** What it has used since its start, milliseconds. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** notify-svc as it is built, in a process of its own; resolves when it is ready. */
export const startOwnService = async (options: OwnServiceOptions): Promise<OwnService> => {
  const { folder, databaseUrl, natsUrl, cell, smtpPort, kek } = options;
  const port = await freePort();
  const server: RunningProgram = await launch({
    name: 'notify-svc',
    command: process.execPath,
    args: [join(workspace, 'apps/notify-svc/dist/main.js')],
    env: {
      ...process.env,
      ...{ HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn', NATS_URL: natsUrl, AFTERTONE_CELL: cell },
      ...{ DATABASE_URL_NOTIFY: databaseUrl, AFTERTONE_KEK: kek, MEDIA_GRANT_SECRET: secret() },
      ...{ MEDIA_URL: 'http://127.0.0.1:9', LINK_SECRET: secret(), PUBLIC_URL: 'http://127.0.0.1:9' },
      ...{ SMTP_URL: `smtp://127.0.0.1:${smtpPort}`, MAIL_FROM: 'bench@example.org' },
      ...{ OUTGOING_ALLOW_NETWORKS: '127.0.0.0/8', OUTGOING_ALLOW_HTTP: 'true' },
    },
    logFile: join(folder, 'notify-svc.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true,
    readyTimeoutMs: 30_000,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  });
  await untilReady(server);
  return {
    cpuMs: () =>
      familyOf(server.identity.pid, processes()).reduce((sum, one) => sum + one.cpuMs + one.endedChildrenMs, 0),
    stop: () => server.stop(),
  };
};
