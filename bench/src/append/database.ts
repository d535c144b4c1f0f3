import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, postgresProgram, randomSecret, superuserUrl, untilReady } from '@aftertone/local';

/** A Postgres of its own that flushes to disk as in production, in a temporary folder. */
export async function startDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const access = { port: await freePort(), password: randomSecret() };
  const program = await postgresProgram({
    ...access,
    dataDir,
    logFile: join(folder, 'postgres.log'),
    durable: true,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
  });
  const server = await launch(program);
  await untilReady(server);
  return {
    url: superuserUrl(access, 'postgres'),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
