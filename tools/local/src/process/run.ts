import { spawn } from 'node:child_process';

export interface RunResult {
  /** Exit code; -1 when the program could not be started or was ended by a signal, the time limit or an abort. */
  code: number;
  /** Standard output and standard error, in the order they came. */
  output: string;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** Kills the program and all it started when the time is over. */
  timeoutMs?: number;
  /** Kills the program and all it started when aborted. */
  signal?: AbortSignal;
}

/** Runs a program to its end with no standard input. Never throws: a program that is missing is a result with code -1. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { timeoutMs, signal, ...rest } = options;
  const limits = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)].filter(
    (s) => s !== undefined,
  );
  const limit = AbortSignal.any(limits);
  return new Promise((resolve) => {
    // A group of its own: what it started goes with it.
    const child = spawn(command, args, { ...rest, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended in this moment.
      }
    };
    if (limit.aborted) end();
    limit.addEventListener('abort', end, { once: true });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const finish = (result: RunResult): void => {
      limit.removeEventListener('abort', end);
      resolve(result);
    };
    child.once('error', (error) => finish({ code: -1, output: output + error.message }));
    child.once('close', (code) => finish({ code: code ?? -1, output }));
  });
}
