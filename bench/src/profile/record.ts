import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Profiles what runs in processes that were started with `env`. */
export interface Recorder {
  env: NodeJS.ProcessEnv;
  /** What the work gives, and the profiles of these processes, in their order, of its time. */
  during<Result>(pids: readonly number[], work: () => Promise<Result>): Promise<[Result, Profiler.Profile[]]>;
  end(): void;
}

const WRITTEN_WITHIN_MS = 60_000;

const written = async (file: string): Promise<Profiler.Profile> => {
  for (const until = performance.now() + WRITTEN_WITHIN_MS; !existsSync(file); await delay(100)) {
    if (performance.now() > until) throw new Error(`no profile came: ${file}`);
  }
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profiler.Profile;
  rmSync(file);
  return profile;
};

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
      return [result, await Promise.all(pids.map((pid) => written(join(folder, `${pid}.cpuprofile`))))];
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
};
