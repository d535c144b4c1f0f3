import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@aftertone/testing';
import { afterAll, expect, it } from 'vitest';
import { reloadServer } from './server-process.ts';

const folder = temporaryFolder('pid');
afterAll(() => folder.remove());

const fileWith = (text: string): string => {
  const file = join(folder.path, 'pid');
  writeFileSync(file, text);
  return file;
};

it.each(['', 'none', '0', '1', '-1', '99999999'])('tells nobody when the file says %j', async (text) => {
  expect(await reloadServer(fileWith(text))).toBe(false);
});

it('tells nobody when there is no file', async () => {
  expect(await reloadServer(join(folder.path, 'missing'))).toBe(false);
});

it('leaves a process alone whose number was once that of the server', async (context) => {
  context.skip(process.platform !== 'linux', 'this system does not tell the names of processes');
  mkdirSync(folder.path, { recursive: true });
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(bystander, 'spawn');
  expect(await reloadServer(fileWith(`${bystander.pid}\n`))).toBe(false);
  expect(bystander.kill('SIGTERM')).toBe(true);
  // The hang-up would have ended it first.
  expect(await once(bystander, 'exit')).toEqual([null, 'SIGTERM']);
});
