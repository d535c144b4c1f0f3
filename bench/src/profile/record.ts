import { mkdtempSync, rmSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { left } from '../machine/left-file.ts';

/** Profiles what runs in processes that were started with `env`. */
export interface Recorder {
  env: NodeJS.ProcessEnv;
  /** What the work gives, and the profiles of these processes, in their order, of its time. */
  during<Result>(pids: readonly number[], work: () => Promise<Result>): Promise<[Result, Profiler.Profile[]]>;
  end(): void;
}

export const startRecorder = (): Recorder => {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-profiles-'));
  const preload = new URL('./preload.js', import.meta.url).href;
  return {
    env: {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${preload}`.trim(),
      AFTERTONE_BENCH_PROFILES: folder,
    },
    during: async (pids, work) => {
      for (const pid of pids) process.kill(pid, 'SIGUSR2');
      const result = await work();
      for (const pid of pids) process.kill(pid, 'SIGUSR2');
      return [result, await Promise.all(pids.map((pid) => left<Profiler.Profile>(join(folder, `${pid}.cpuprofile`))))];
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
};
