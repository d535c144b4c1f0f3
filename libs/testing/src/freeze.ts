import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';

/** The state letters of every thread of a process, as `man 5 proc` names them; empty once it is gone. */
const threadStates = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '?';
    });
  } catch {
    // A thread that ended between the two reads: asked again by who waits.
    return [];
  }
};

const untilStill = (pids: readonly number[]): Promise<void> =>
  eventually(
    () => {
      for (const pid of pids) {
        const states = threadStates(pid);
        if (states.length === 0 || states.some((state) => state !== 'T')) {
          throw new Error(`process ${pid} does not stand still: its threads are in ${states.join(' ')}`);
        }
      }
    },
    { everyMs: 1 },
  );

/**
 * Stops processes with SIGSTOP and resolves once each of their threads stands still. `kill` only asks: a program with
 * several threads goes on serving until one of them has taken the signal, for milliseconds on a busy machine. Where one
 * cannot be stopped none stays so.
 */
export async function freeze(pids: readonly number[]): Promise<void> {
  const asked: number[] = [];
  try {
    for (const pid of pids) {
      process.kill(pid, 'SIGSTOP');
      asked.push(pid);
    }
    await untilStill(pids);
  } catch (error) {
    thaw(asked);
    throw error;
  }
}

/** Lets frozen processes go on. */
export function thaw(pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, 'SIGCONT');
}
