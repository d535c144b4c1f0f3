import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, launch, untilReady } from '@aftertone/local';
import { startDatabase } from '../append/database.ts';
import { startNats } from '../nats.ts';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const password = 'a password for the bench';

export interface BenchGateway {
  url: string;
  natsUrl: string;
  cell: string;
  tenantId: string;
  /** Tokens of the administrator and of users with the default policy. */
  tokens: string[];
  stop(): Promise<void>;
}

const startProcess = async (folder: string, env: Record<string, string>) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: 'gateway',
    command: process.execPath,
    args: [join(workspace, 'apps/gateway/dist/main.js')],
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: url, LOG_LEVEL: 'warn' },
    logFile: join(folder, 'gateway.log'),
    isReady: async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true,
    readyTimeoutMs: 30_000,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  });
  await untilReady(server);
  return { url, stop: () => server.stop() };
};

const post = async <T>(url: string, body: object, token?: string): Promise<T> => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { 'content-type': 'application/json', ...authorization };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
};

/** The first administrator appears a moment after the gateway is ready. */
const logIn = async (url: string, username: string): Promise<{ token: string }> => {
  for (const deadline = Date.now() + 15_000; ; ) {
    try {
      return await post<{ token: string }>(`${url}/v1/tokens`, { username, password });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

/** A gateway of its own with database and bus, without the other services: their streams are the bench's to fill. */
export const startGateway = async (users: number): Promise<BenchGateway> => {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const [database, nats] = await Promise.all([startDatabase(), startNats(folder)]);
  const cell = 'bench';
  const gateway = await startProcess(folder, {
    AFTERTONE_CELL: cell,
    AFTERTONE_KEK: randomBytes(32).toString('base64'),
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: nats.url,
    MEDIA_URL: 'http://127.0.0.1:9',
    MEDIA_GRANT_SECRET: randomBytes(32).toString('base64'),
    LINK_SECRET: randomBytes(32).toString('base64'),
    BOOTSTRAP_TENANT_NAME: 'bench',
    BOOTSTRAP_ADMIN_USERNAME: 'admin',
    BOOTSTRAP_ADMIN_PASSWORD: password,
    LOGIN_TRIES_PER_ADDRESS: '100000',
  });
  const { url } = gateway;
  const { token: admin } = await logIn(url, 'admin');
  const tokens = [admin];
  let tenantId = '';
  for (let n = 0; n < users; n++) {
    const user = await post<{ tenantId: string }>(`${url}/v1/users`, { username: `user${n}`, password }, admin);
    tenantId = user.tenantId;
    tokens.push((await logIn(url, `user${n}`)).token);
  }
  return {
    url,
    natsUrl: nats.url,
    cell,
    tenantId,
    tokens,
    stop: async () => {
      await gateway.stop();
      await Promise.all([database.stop(), nats.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
