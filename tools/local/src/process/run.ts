import { spawn } from 'node:child_process';

export interface RunResult {
  /** Exit code; -1 when the program could not be started or was ended by a signal or the time limit. */
  code: number;
  /** Standard output and standard error, in the order they came. */
  output: string;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Runs a program to its end with no standard input. Never throws: a program that is missing is a result with code -1. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { timeoutMs, ...rest } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...rest,
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' as const }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ code: -1, output: output + error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });
}
