import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { left } from '../machine/left-file.ts';

/** Has processes that were started with `env` collect their garbage. */
export interface Collector {
  env: NodeJS.ProcessEnv;
  /** Bytes of heap and buffers that are in use after a collection. */
  inUse(pid: number): Promise<number>;
  end(): void;
}

export const startCollector = (): Collector => {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-heaps-'));
  const preload = new URL('./preload.js', import.meta.url).href;
  return {
    env: {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${preload}`.trim(),
      AFTERTONE_BENCH_HEAPS: folder,
    },
    inUse: (pid) => {
      process.kill(pid, 'SIGUSR2');
      return left(join(folder, `${pid}.json`));
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
};
