import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { guard } from '../process/guard.ts';
import { identify, isAlive } from '../process/identity.ts';
import { freePort } from '../process/ports.ts';
import { launch, type Program, type RunningProgram, untilReady } from '../process/program.ts';
import { postgresProgram, superuserUrl } from './program.ts';

const PASSWORD = `it's "a" pass/word`;

let folder: string;
let port: number;
let program: Program;
const launched: RunningProgram[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aftertone-cluster-'));
  guard({ watchFolder: folder });
  port = await freePort();
  const files = { dataDir: join(folder, 'data'), logFile: join(folder, 'log') };
  program = await postgresProgram({ ...files, port, password: PASSWORD, durable: false });
});
afterEach(async () => {
  await Promise.all(launched.splice(0).map((running) => running.kill()));
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

async function start(): Promise<RunningProgram> {
  const running = await launch(program);
  launched.push(running);
  guard({ watch: running.identity });
  await untilReady(running);
  return running;
}

/** False when there is no such process (any more). */
const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};

async function ask(url: string, question: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(question)).rows[0];
  } finally {
    await client.end();
  }
}

it('serves loopback only, to those who know the password, with the same text order everywhere', async () => {
  await start();
  const url = superuserUrl({ port, password: PASSWORD }, 'postgres');
  expect(await ask(url, 'SHOW listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' });
  expect(await ask(url, `SELECT upper('ä') AS upper, datlocprovider AS provider FROM pg_database LIMIT 1`)).toEqual({
    upper: 'Ä',
    provider: 'b',
  });
  await expect(ask(superuserUrl({ port, password: 'guess' }, 'postgres'), 'SELECT 1')).rejects.toThrow(/password/);
  expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
});

it('ends a server that still works on the same files before it starts', async () => {
  const left = await start();
  const next = await start();
  expect(isAlive(left.identity)).toBe(false);
  expect(isAlive(next.identity)).toBe(true);
});

it('starts over a lock file whose process id now belongs to another program, and leaves that alone', async () => {
  await (await start()).kill();
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  writeFileSync(join(folder, 'data', 'postmaster.pid'), `${bystander.pid}\n${join(folder, 'data')}\n`);
  await start();
  expect(identify(bystander.pid ?? 0)).toBeDefined();
  bystander.kill();
});

it.runIf(process.platform === 'linux')('waits for the children of a killed server', async () => {
  const killed = await start();
  const [pid = ''] = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  // Some end by themselves: those that were there for a moment's work.
  const stopped = children.filter((child) => signal(child, 'SIGSTOP'));
  expect(stopped).not.toEqual([]);
  let hasEnded = false;
  let starting: Promise<RunningProgram>;
  try {
    process.kill(Number(pid), 'SIGKILL');
    await killed.exited;
    starting = start().finally(() => {
      hasEnded = true;
    });
    // As long as any Postgres would take to see that it cannot start.
    await new Promise((resolve) => spawn(process.execPath, ['--eval', '']).on('exit', resolve));
    expect(hasEnded).toBe(false);
  } finally {
    for (const child of stopped) signal(child, 'SIGCONT');
  }
  await starting;
});

it('makes its files anew when an earlier attempt was cut off', async () => {
  mkdirSync(join(folder, 'data.unfinished', 'base'), { recursive: true });
  await start();
  expect(statSync(join(folder, 'data.unfinished'), { throwIfNoEntry: false })).toBeUndefined();
});
