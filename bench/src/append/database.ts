import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, postgresProgram, randomSecret, superuserUrl, untilReady } from '@aftertone/local';
import { familyOf, processes } from '../machine/proc.ts';
import { slowFsync } from './slow-fsync.ts';

export interface BenchDatabase {
  url: string;
  /** Of its first process; the others are its children. */
  pid: number;
  /** What its processes have used, also those that have ended, as far as it had been looked at; milliseconds. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/**
 * A Postgres of its own that flushes to disk as in production, in a temporary folder.
 *
 * @param fsyncMicros makes every flush so much longer
 * @throws Error when that cannot be had
 */
export async function startDatabase({ fsyncMicros = 0 } = {}): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-bench-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  chmodSync(folder, 0o755);
  const delay = fsyncMicros > 0 ? await slowFsync(folder, fsyncMicros) : {};
  if (typeof delay === 'string') {
    clear();
    throw new Error(delay);
  }
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
  const server = await launch({ ...program, env: { ...program.env, ...delay } });
  await untilReady(server);
  const { pid } = server.identity;
  const used = new Map<number, number>();
  return {
    url: superuserUrl(access, 'postgres'),
    pid,
    cpuMs: () => {
      for (const one of familyOf(pid, processes())) used.set(one.pid, one.cpuMs);
      return [...used.values()].reduce((sum, cpuMs) => sum + cpuMs, 0);
    },
    stop: async () => {
      await server.stop();
      clear();
    },
  };
}
