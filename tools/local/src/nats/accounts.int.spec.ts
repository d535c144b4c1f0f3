import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { guard } from '../process/guard.ts';
import { freePort } from '../process/ports.ts';
import { launch, type RunningProgram, untilReady } from '../process/program.ts';
import { DEFAULT_NATS_IMAGE, locateNats } from './locate.ts';
import { type NatsOptions, natsProgram, usersFilesOf } from './program.ts';

const admin = { name: 'admin', password: 'x' };
const system = { name: 'sys', password: 's', publish: ['$SYS.REQ.>'], subscribe: ['_INBOX.>'] };

let folder: string;
let server: RunningProgram | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aftertone-accounts-'));
  guard({ watchFolder: folder });
});
afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(directLogins?: NatsOptions['directLogins']): Promise<NatsConnection> {
  await server?.stop();
  const port = await freePort();
  const cacheDir = fileURLToPath(new URL('../../../../.cache/nats', import.meta.url));
  const source = await locateNats({ cacheDir, image: DEFAULT_NATS_IMAGE, say: (line) => console.log(line) });
  const options = { source, dataDir: folder, logFile: join(folder, 'log'), port, users: [admin] as const };
  server = await launch(natsProgram({ ...options, ...(directLogins === undefined ? {} : { directLogins }) }));
  guard({ watch: server.identity });
  await untilReady(server);
  return connect({ servers: `127.0.0.1:${port}`, user: admin.name, pass: admin.password });
}

const ask = async (connection: NatsConnection, call: string, body = ''): Promise<string> =>
  (await connection.request(`$JS.API.${call}`, body, { timeout: 5_000 })).string();

it('keeps the streams of a data folder from before there were accounts', async () => {
  const before = await start();
  const config = { name: 'kept', subjects: ['kept.>'], storage: 'file' };
  expect(await ask(before, 'STREAM.CREATE.kept', JSON.stringify(config))).not.toContain('"error"');
  await before.request('kept.a', 'one');
  await before.close();

  for (let starts = 0; starts < 2; starts += 1) {
    const now = await start({ system });
    expect(JSON.parse(await ask(now, 'STREAM.INFO.kept'))).toMatchObject({ state: { messages: 1 } });
    await now.close();
  }
});

it('starts with nobody in the file of users, which only its owner may read', async () => {
  const connection = await start({ system });
  const { usersFile, pidFile } = usersFilesOf(folder);
  expect(statSync(usersFile).mode & 0o077).toBe(0);
  expect(existsSync(pidFile)).toBe(true);
  expect(connection.isClosed()).toBe(false);
  await connection.close();
});
