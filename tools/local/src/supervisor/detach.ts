import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { layoutOf, logFile } from '../data-folder/layout.ts';

/** What a supervisor in the background tells whoever started it. */
export type Report = { line: string } | { ready: true } | { failed: string };

export interface DetachOptions {
  /** The program file of the supervisor and its arguments. */
  program: string;
  args: readonly string[];
  dataDir: string;
  say: (line: string) => void;
  /** Aborted when the start is to be given up. */
  stop: AbortSignal;
}

/** Starts a supervisor that outlives us and returns when it is ready. Throws what kept it from coming up. */
export async function startInBackground({ program, args, dataDir, say, stop }: DetachOptions): Promise<void> {
  const layout = layoutOf(dataDir);
  mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
  const log = openSync(logFile(layout, 'supervisor'), 'a', 0o600);
  const child = spawn(process.execPath, [program, ...args], { detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  await new Promise<void>((resolve, reject) => {
    let failure: string | undefined;
    child.on('message', (report: Report) => {
      if ('line' in report) say(report.line);
      else if ('failed' in report) failure = report.failed;
      else resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(failure ?? `The supervisor ended early, with exit code ${code}`)));
  });
  child.disconnect();
  child.unref();
}
