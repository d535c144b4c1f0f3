import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@aftertone/local';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));

export interface Installation {
  url: string;
  adminToken: string;
  /** A box without limits. */
  mailboxId: string;
  /** Connection string of mailbox-svc's database, for the raw limit on the same server. */
  databaseUrl: string;
  dataDir: string;
  stop(): Promise<void>;
}

const readJson = <T>(dataDir: string, name: string): T => JSON.parse(readFileSync(join(dataDir, name), 'utf8')) as T;

/** A whole installation as `npm start` makes it, quiet, in a folder of its own, with a mailbox that never fills up. */
export const startInstallation = async (): Promise<Installation> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const port = await freePort();
  const supervisor = join(workspace, 'tools/local/src/main.ts');
  const child = spawn(process.execPath, [supervisor, 'start', '--port', String(port), '--data-dir', dataDir], {
    cwd: workspace,
    env: { ...process.env, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Aftertone is ready: ')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the installation did not start (exit code ${code})`)));
  });
  const { adminToken } = readJson<{ adminToken: string }>(dataDir, 'demo.json');
  const { databases } = readJson<{ databases: { mailbox: string } }>(dataDir, 'secrets.json');
  const ports = readJson<{ postgres: number }>(dataDir, 'ports.json');
  const url = `http://127.0.0.1:${port}`;
  const response = await fetch(`${url}/v1/mailboxes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      number: '9000',
      name: 'Bench',
      quota: { maxMessages: null, maxTotalSeconds: null, maxMessageSeconds: null },
    }),
  });
  if (!response.ok) throw new Error(`no mailbox: ${response.status} ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  return {
    url,
    adminToken,
    mailboxId: id,
    databaseUrl: `postgres://mailbox:${databases.mailbox}@127.0.0.1:${ports.postgres}/mailbox`,
    dataDir,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
