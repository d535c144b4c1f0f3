import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readJson, writeJson } from '../data-folder/json-file.ts';
import { ProcessRecords } from '../data-folder/process-records.ts';
import type { Secrets } from '../data-folder/secrets.ts';
import { usersFilesOf } from '../nats/program.ts';
import { identify, isAlive } from '../process/identity.ts';
import { waitFor } from '../process/wait.ts';
import { DIRECT_LOGIN_SETTING } from './bus-access.ts';
import { stopAll } from './stop.ts';
import { Installation, type Supervised, sourceOf } from './supervisor.harness.ts';

const ALL = ['gateway', 'mail-catcher', 'mailbox-svc', 'media-svc', 'nats-server', 'notify-svc', 'postgres'];

let installation: Installation;
beforeEach(async () => {
  installation = await Installation.create();
});
afterEach(() => installation.remove());

const identities = () => installation.records.map(({ pid, startedAt }) => ({ pid, startedAt }));
const environmentOf = async (port: number): Promise<NodeJS.ProcessEnv> => {
  const answer = await fetch(`http://127.0.0.1:${port}/env`);
  return (await answer.json()) as NodeJS.ProcessEnv;
};
const ended = async ({ exited }: Supervised): Promise<number | null> => exited;

it('starts everything, ends everything on SIGTERM, and keeps ports and secrets for the next start', async () => {
  const first = await installation.startReady();
  expect(installation.alive.sort()).toEqual(ALL);
  expect(first.output().trimEnd().split('\n').at(-1)).toBe(`Aftertone is ready: http://127.0.0.1:${installation.port}`);
  const [ports, secrets, processes] = [installation.ports, readJson(installation.layout.secrets), identities()];
  for (const file of [installation.layout.secrets, installation.layout.processes]) {
    expect(statSync(file).mode & 0o077).toBe(0);
  }

  first.child.kill('SIGTERM');
  expect(await ended(first)).toBe(0);
  expect(processes.filter(isAlive)).toEqual([]);
  expect(installation.hasLock()).toBe(false);

  const second = await installation.startReady();
  expect(installation.ports).toEqual(ports);
  expect(readJson(installation.layout.secrets)).toEqual(secrets);
  second.child.kill('SIGINT');
  expect(await ended(second)).toBe(0);
});

it('gives every service its own database and bus user, and no access to the others', async () => {
  await installation.startReady();
  const { ports } = installation;
  const mailbox = await environmentOf(ports?.mailbox ?? 0);
  const media = await environmentOf(ports?.media ?? 0);
  expect(Object.keys(mailbox).filter((name) => name.startsWith('DATABASE_URL_'))).toEqual(['DATABASE_URL_MAILBOX']);
  expect(mailbox.NATS_USER).toBe('mailbox');
  expect(mailbox.NATS_PASSWORD).not.toBe(media.NATS_PASSWORD);
  expect(Buffer.from(mailbox.AFTERTONE_KEK ?? '', 'base64')).toHaveLength(32);
  expect(media.MEDIA_STORAGE_PATH).toBe(installation.layout.media);

  const ask = async (url: string, question: string): Promise<unknown> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(question)).rows[0];
    } finally {
      await client.end();
    }
  };
  const own = mailbox.DATABASE_URL_MAILBOX ?? '';
  expect(await ask(own, 'SELECT current_database() AS name')).toEqual({ name: 'mailbox' });
  expect(await ask(own, 'CREATE TABLE own (id int)')).toBeUndefined();
  await expect(ask(own.replace(/\/mailbox$/, '/media'), 'SELECT 1')).rejects.toThrow(/permission denied/);
});

it('tells the gateway alone how other software logs in on the bus', async () => {
  await installation.startReady();
  const { usersFile, pidFile } = usersFilesOf(installation.layout.nats);
  const [gateway, media] = [
    await environmentOf(installation.port),
    await environmentOf(installation.ports?.media ?? 0),
  ];
  expect(gateway.NATS_SUBSCRIBER_URL).toBe(`nats://127.0.0.1:${installation.ports?.nats}`);
  const newer = gateway.NATS_CALLOUT_SEED !== undefined;
  if (!newer) expect([gateway.NATS_USERS_FILE, gateway.NATS_PID_FILE]).toEqual([usersFile, pidFile]);
  expect(Object.keys(media).filter((name) => DIRECT_LOGIN_SETTING.test(name))).toEqual([]);
});

const NEWER = process.env.AFTERTONE_NATS_NEWER ?? sourceOf('../../../../.cache/nats-newer/nats-server');

it('has a server that can ask the gateway do so', async (context) => {
  context.skip(!existsSync(NEWER), `there is no ${NEWER}`);
  installation.environment.AFTERTONE_NATS_SERVER = NEWER;
  await installation.startReady();
  const gateway = await environmentOf(installation.port);
  const secrets = readJson<Secrets>(installation.layout.secrets);
  expect(gateway).toMatchObject({
    NATS_SUBSCRIBER_URL: `nats://127.0.0.1:${installation.ports?.nats}`,
    NATS_CALLOUT_SEED: secrets?.calloutSeed,
    NATS_CALLOUT_CURVE_SEED: secrets?.calloutCurveSeed,
    NATS_SYSTEM_PASSWORD: secrets?.busSystem,
  });
  expect(gateway).not.toHaveProperty('NATS_USERS_FILE');
});

it('makes the secrets that an earlier version did not know, and keeps the others', async () => {
  const first = await installation.startReady();
  first.child.kill('SIGTERM');
  await ended(first);
  const { busSystem: _, calloutSeed, ...older } = readJson<Secrets>(installation.layout.secrets) ?? {};
  writeJson(installation.layout.secrets, older);
  await installation.startReady();
  const now = readJson<Secrets>(installation.layout.secrets);
  expect(now).toMatchObject(older);
  expect(now?.calloutSeed).toMatch(/^SA/);
  expect(now?.calloutSeed).not.toBe(calloutSeed);
});

it('names a service that dies, with its last log lines, and starts it again', async () => {
  const supervised = await installation.startReady();
  const media = `http://127.0.0.1:${installation.ports?.media}`;
  await fetch(`${media}/die`).catch(() => undefined);
  await installation.untilSaid(supervised, 'media-svc runs again');
  expect(supervised.output()).toMatch(/media-svc ended unexpectedly \(exit code 7\).*\n.*my last words/);
  expect((await fetch(`${media}/readyz`)).ok).toBe(true);
});

it('starts every server again after a crash', async () => {
  const supervised = await installation.startReady();
  const servers = installation.records.filter(({ name }) => ['postgres', 'nats-server', 'mail-catcher'].includes(name));
  for (const { pid } of servers) process.kill(pid, 'SIGKILL');
  await Promise.all(servers.map(({ name }) => installation.untilSaid(supervised, `${name} runs again`)));
  expect(installation.alive.sort()).toEqual(ALL);
});

it.each(['start', 'stop'] as const)('ends what a killed supervisor left behind, at the next %s', async (next) => {
  const killed = await installation.startReady();
  killed.child.kill('SIGKILL');
  await ended(killed);
  const left = identities();
  expect(left.filter(isAlive)).toHaveLength(ALL.length);
  if (next === 'stop') await stopAll(installation.layout.root, () => undefined);
  else await installation.startReady();
  expect(left.filter(isAlive)).toEqual([]);
});

it('leaves a process alone whose number was once that of a service', async () => {
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  const self = identify(bystander.pid ?? 0);
  const record = { name: 'gateway', pid: self?.pid ?? 0, stopSignal: 'SIGTERM', graceMs: 100 };
  writeJson(installation.layout.processes, [{ ...record, startedAt: `${self?.startedAt}0` }]);
  expect(await new ProcessRecords(installation.layout).endAll()).toEqual([]);
  expect(identify(bystander.pid ?? 0)).toBeDefined();
  bystander.kill();
});

it.each(['postgres', 'notify-svc'])('leaves nothing when interrupted while %s starts', async (name) => {
  const supervised = installation.start();
  await waitFor(name, () => installation.records.some((record) => record.name === name), {
    timeoutMs: 60_000,
    everyMs: 2,
  });
  const started = identities();
  supervised.child.kill('SIGINT');
  expect(await ended(supervised)).toBe(1);
  expect(supervised.output()).toContain('failed: interrupted');
  expect([...started, ...identities()].filter(isAlive)).toEqual([]);
  expect(installation.hasLock()).toBe(false);
});

it('refuses a second supervisor on the same data folder', async () => {
  const first = await installation.startReady();
  const second = installation.start();
  expect(await ended(second)).toBe(1);
  expect(second.output()).toContain(`already runs on ${installation.layout.root}: process ${first.child.pid}`);
  expect(installation.alive.sort()).toEqual(ALL);
});

it('refuses a busy port before it starts anything', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(installation.port, '127.0.0.1', resolve));
  const refused = installation.start();
  expect(await ended(refused)).toBe(1);
  expect(refused.output()).toContain(`failed: Port ${installation.port} is in use by another program`);
  expect(existsSync(installation.layout.postgres)).toBe(false);
  expect(installation.records).toEqual([]);
  other.close();
});
