import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DEFAULT_NATS_IMAGE,
  freePort,
  launch,
  locateNats,
  natsAddress,
  natsProgram,
  untilReady,
} from '@aftertone/local';

const workspace = fileURLToPath(new URL('../..', import.meta.url));

/** A NATS server of its own with its data in `folder`; the URL logs in as a user who may do everything. */
export const startNats = async (folder: string): Promise<{ url: string; pid: number; stop(): Promise<void> }> => {
  const cacheDir = join(workspace, '.cache/nats');
  const source = await locateNats({ cacheDir, image: DEFAULT_NATS_IMAGE, say: (line) => console.error(line) });
  const user = { name: 'bench', password: randomBytes(16).toString('hex') };
  const port = await freePort();
  const dataDir = join(folder, 'nats');
  mkdirSync(dataDir);
  const program = natsProgram({ source, dataDir, logFile: join(folder, 'nats.log'), port, users: [user] });
  const server = await launch(program);
  await untilReady(server);
  return { url: natsAddress(port, user), pid: server.identity.pid, stop: () => server.stop() };
};
