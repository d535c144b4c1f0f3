import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type TestFolder, temporaryFolder } from './cleanup.ts';
import { eventually } from './eventually.ts';
import { freeze, thaw } from './freeze.ts';

/** Writes without end to the file that it is told of, on a thread that is not the one which takes the signal. */
const WRITING = `
  const { isMainThread, Worker, workerData } = require('node:worker_threads');
  const { openSync, writeSync } = require('node:fs');
  if (isMainThread) new Worker(process.argv[1], { eval: true, workerData: process.argv[2] });
  else for (const file = openSync(workerData, 'w'); ; ) writeSync(file, '.');
`;

let program: ChildProcess | undefined;
let folder: TestFolder | undefined;
afterEach(() => {
  program?.kill('SIGKILL');
  folder?.remove();
});

it('leaves no thread of a process running, and lets them go on', async () => {
  folder = temporaryFolder('freeze');
  const file = join(folder.path, 'dots');
  program = spawn(process.execPath, ['-e', WRITING, WRITING, file], { stdio: 'inherit' });
  const pid = program.pid as number;
  const written = () => statSync(file).size;
  await eventually(() => expect(written()).toBeGreaterThan(0));
  for (let turn = 0; turn < 20; turn += 1) {
    await freeze([pid]);
    const before = written();
    // Long enough for tens of thousands of writes.
    await delay(20);
    expect(written()).toBe(before);
    thaw([pid]);
    await eventually(() => expect(written()).toBeGreaterThan(before));
  }
});

it('fails for a process that is gone, and leaves the others running', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  folder = temporaryFolder('freeze');
  const file = join(folder.path, 'dots');
  program = spawn(process.execPath, ['-e', WRITING, WRITING, file], { stdio: 'inherit' });
  const written = () => statSync(file).size;
  await eventually(() => expect(written()).toBeGreaterThan(0));
  await expect(freeze([program.pid as number, gone.pid as number])).rejects.toThrow('ESRCH');
  const before = written();
  await eventually(() => expect(written()).toBeGreaterThan(before), { timeoutMs: 10_000 });
});
