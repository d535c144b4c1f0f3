import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { layoutOf } from '../data-folder/layout.ts';
import { ProcessRecords } from '../data-folder/process-records.ts';
import { identify } from '../process/identity.ts';
import { type Program, ProgramFailed } from '../process/program.ts';
import { waitFor } from '../process/wait.ts';
import { Keeper, type RestartPolicy } from './keeper.ts';

const POLICY: RestartPolicy = { firstDelayMs: 20, longestDelayMs: 80, steadyAfterMs: 60_000 };

let folder: string;
let said: string[];
let keeper: Keeper | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aftertone-keeper-'));
  said = [];
});
afterEach(async () => {
  await keeper?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that notes its process id in the file `pid` and then does what `script` says. */
function program(script: string, change: Partial<Program> = {}): Program {
  const pidFile = join(folder, 'pid');
  return {
    name: 'sample',
    command: process.execPath,
    args: ['--eval', `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); ${script}`],
    env: process.env,
    cwd: folder,
    logFile: join(folder, 'sample.log'),
    before: async () => rmSync(pidFile, { force: true }),
    isReady: async () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '',
    readyTimeoutMs: 20_000,
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
    ...change,
  };
}

function keep(kept: Program, policy = POLICY): Keeper {
  keeper = new Keeper(kept, { records: new ProcessRecords(layoutOf(folder)), say: (line) => said.push(line), policy });
  return keeper;
}

const pid = (): number => Number(readFileSync(join(folder, 'pid'), 'utf8'));
const isGone = (id: number): boolean => identify(id) === undefined;
const STAYS = 'setInterval(() => undefined, 1000)';

it('names a program that dies, with its last log lines, and starts it again', async () => {
  await keep(program(`console.log('the disk is full'); ${STAYS}`)).start();
  const first = pid();
  // It is ready before it has said anything.
  const log = () => readFileSync(join(folder, 'sample.log'), 'utf8');
  await waitFor('its words', () => log().includes('the disk is full'), { timeoutMs: 20_000 });
  process.kill(first, 'SIGKILL');
  await waitFor('the second start', () => said.includes('sample runs again'), { timeoutMs: 20_000 });
  expect(pid()).not.toBe(first);
  expect(said[0]).toMatch(/^sample ended unexpectedly \(signal SIGKILL\)\. Its last log lines:\n {4}the disk is full$/);
});

it('waits longer after every death, up to a limit', async () => {
  await keep(program('setTimeout(() => process.exit(3), 50)')).start();
  const waits = () => said.flatMap((line) => /^Starting sample again in (.+) s$/.exec(line)?.[1] ?? []);
  await waitFor('five starts', () => waits().length >= 5, { timeoutMs: 25_000 });
  expect(waits().slice(0, 5)).toEqual(['0.02', '0.04', '0.08', '0.08', '0.08']);
});

it('starts with the short delay again after a steady life', async () => {
  await keep(program('setTimeout(() => process.exit(3), 50)'), { ...POLICY, steadyAfterMs: 1 }).start();
  const waits = () => said.filter((line) => line.startsWith('Starting sample again'));
  await waitFor('three starts', () => waits().length >= 3, { timeoutMs: 25_000 });
  expect(new Set(waits())).toEqual(new Set(['Starting sample again in 0.02 s']));
});

it('goes on trying when a later start fails', async () => {
  const mark = join(folder, 'broken');
  const script = `if (require('fs').existsSync(${JSON.stringify(mark)})) { console.log('still broken'); process.exit(4); } ${STAYS}`;
  await keep(program(script, { isReady: async () => !existsSync(mark) && existsSync(join(folder, 'pid')) })).start();
  const first = pid();
  writeFileSync(mark, '');
  process.kill(first, 'SIGKILL');
  await waitFor('a failed start', () => said.some((line) => line.includes('still broken')), { timeoutMs: 20_000 });
  rmSync(mark);
  await waitFor('a start', () => said.includes('sample runs again'), { timeoutMs: 20_000 });
  expect(isGone(pid())).toBe(false);
});

it('fails with the last log lines when the first start does not succeed, and keeps nothing', async () => {
  const failing = keep(
    program(`console.error('no such database'); process.exit(2)`, { isReady: async () => false }),
  ).start();
  await expect(failing).rejects.toThrow(ProgramFailed);
  await expect(failing).rejects.toThrow(/ended at its start \(exit code 2\)\n {4}no such database/);
  expect(said).toEqual([]);
});

it('asks the program to end, and kills one that does not', async () => {
  const polite = keep(program(`process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${STAYS}`));
  await polite.start();
  await polite.stop();
  expect(readFileSync(join(folder, 'sample.log'), 'utf8')).toContain('bye');

  const stubborn = keep(program(`process.on('SIGTERM', () => undefined); ${STAYS}`, { graceMs: 200 }));
  await stubborn.start();
  const id = pid();
  await stubborn.stop();
  expect(isGone(id)).toBe(true);
});

it('ends a program that is still starting', async () => {
  const starting = keep(program(STAYS, { isReady: async () => false }));
  const outcome = starting.start().catch((error: Error) => error.name);
  await waitFor('the process', () => existsSync(join(folder, 'pid')) && pid() > 0, { timeoutMs: 20_000 });
  const id = pid();
  await starting.stop();
  expect(await outcome).toBe('AbortError');
  expect(isGone(id)).toBe(true);
});

it('ends while it waits to start again', async () => {
  const waiting = keep(program(STAYS), { ...POLICY, firstDelayMs: 600_000, longestDelayMs: 600_000 });
  await waiting.start();
  process.kill(pid(), 'SIGKILL');
  await waitFor('the pause', () => said.includes('Starting sample again in 600 s'), { timeoutMs: 20_000 });
  await waiting.stop();
  expect(said).not.toContain('sample runs again');
});
