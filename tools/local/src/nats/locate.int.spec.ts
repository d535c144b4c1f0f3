import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { locateNats } from './locate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aftertone-locate-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const locate = () => locateNats({ cacheDir: join(folder, 'cache'), image: 'none', say: () => undefined });

it('takes the server that is on the PATH', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'nats-server'), '#!/bin/sh\n', { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  expect(await locate()).toEqual({ binary: join(bin, 'nats-server') });
});

it('takes the program that is named before any other', async () => {
  const program = join(folder, 'my-server');
  const named = () => locateNats({ cacheDir: join(folder, 'cache'), image: 'none', say: () => undefined, program });
  await expect(named()).rejects.toThrow(/my-server is no program.*AFTERTONE_NATS_SERVER/);
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  expect(await named()).toEqual({ binary: program });
});

const INSTALLED = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'].some((place) =>
  existsSync(join(place, 'nats-server')),
);

it('says how to get one where nothing can', async (context) => {
  context.skip(INSTALLED, 'a nats-server is installed where PATH is not asked');
  vi.stubEnv('PATH', folder);
  const failing = locate();
  await expect(failing).rejects.toThrow(/needs a NATS server.*no nats-server on the PATH; no apt-get; no Homebrew/);
  await expect(failing).rejects.toThrow(/apt install nats-server.*brew install nats-server.*NATS_URL/s);
});
