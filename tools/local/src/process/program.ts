import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isAlive, type ProcessIdentity, signal } from './identity.ts';
import { tailOf } from './log-tail.ts';
import { waitFor } from './wait.ts';

/** What is needed to run one server program and to know when it serves and how it wants to be ended. */
export interface Program {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** File that takes standard output and standard error; appended to, and set aside once it is large. */
  logFile: string;
  /** Work before each start, such as ending a server that an earlier run left behind. */
  before?: () => Promise<void>;
  /** Resolves to true as soon as the program can be used. */
  isReady: () => Promise<boolean>;
  readyTimeoutMs: number;
  stopSignal: NodeJS.Signals;
  /** How long it may take to end by itself before it is killed. */
  graceMs: number;
  /** Ends what the process alone does not take with it, such as a container. */
  afterKill?: () => Promise<void>;
}

/** How a program ended: by itself with a code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProgram {
  program: Program;
  identity: ProcessIdentity;
  exited: Promise<Exit>;
  /** Asks it to end, waits for its grace time, then kills it. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** A program ended or stayed silent before it was ready. The message holds its last log lines. */
export class ProgramFailed extends Error {
  override name = 'ProgramFailed';
}

const ROTATE_ABOVE_BYTES = 10 * 1024 * 1024;

/**
 * Starts a program in a process group of its own, so that a Ctrl-C in the terminal reaches only whoever started it, and
 * writes its output to a file rather than a pipe, so that it outlives us without failing on its next log line.
 * Returns as soon as the process exists; see `untilReady`.
 */
export async function launch(program: Program): Promise<RunningProgram> {
  await program.before?.();
  const log = openLog(program.logFile);
  const child = spawn(program.command, program.args, {
    env: program.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
    ...(program.uid === undefined ? {} : { uid: program.uid }),
    ...(program.gid === undefined ? {} : { gid: program.gid }),
  });
  closeSync(log);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signalName) => resolve({ code, signal: signalName }));
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(new ProgramFailed(`${program.name} cannot be started`, { cause })));
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const identity = identify(pid) ?? { pid, startedAt: 'ended at once' };
  const kill = async (): Promise<void> => {
    killGroup(identity);
    await exited;
    await program.afterKill?.();
  };
  const stop = async (): Promise<void> => {
    signal(identity, program.stopSignal);
    const ended = await Promise.race([
      exited.then(() => true),
      waitFor(program.name, () => !isAlive(identity), { timeoutMs: program.graceMs }).catch(() => false),
    ]);
    if (!ended) await kill();
    await exited;
  };
  return { program, identity, exited, stop, kill };
}

/** Waits until the program serves. Throws `ProgramFailed` with its last log lines when it ends or stays silent. */
export async function untilReady(running: RunningProgram, abort?: AbortSignal): Promise<void> {
  const { program } = running;
  const ready = waitFor(program.name, () => program.isReady(), {
    timeoutMs: program.readyTimeoutMs,
    ...(abort ? { signal: abort } : {}),
  }).then(
    () => undefined,
    (error: Error) => `was not ready: ${error.message}`,
  );
  const fault = await Promise.race([
    ready,
    running.exited.then((exit) => `ended at its start (${describeExit(exit)})`),
  ]);
  abort?.throwIfAborted();
  if (fault !== undefined) throw new ProgramFailed(`${program.name} ${fault}\n${tailOf(program.logFile)}`);
}

/** `exit code 1` or `signal SIGKILL`. */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

/** Kills a process and everything in the group it leads. */
export function killGroup(identity: ProcessIdentity): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(-identity.pid, 'SIGKILL');
  } catch {
    signal(identity, 'SIGKILL');
  }
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_ABOVE_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}
