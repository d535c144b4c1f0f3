import { type ChildProcess, spawn } from 'node:child_process';
import type { ProcessIdentity } from './identity.ts';
import { siblingModule } from './sibling.ts';

/** What the guard is told, one JSON object a line. */
export type GuardOrder =
  | { watch: ProcessIdentity; stopSignal?: NodeJS.Signals }
  | { forget: number }
  | { watchFolder: string }
  | { forgetFolder: string };

let child: ChildProcess | undefined;

/**
 * Tells this process's guard, a small process of its own, what must not outlive us. When we are gone, however that came
 * about (an interrupt, a crash, `kill -9`), it ends the processes and removes the folders it still knows. A process is
 * killed with its group at once; one with a `stopSignal`, which has processes of its own to end, is first asked.
 */
export function guard(order: GuardOrder): void {
  if (child === undefined || child.exitCode !== null) {
    child = spawn(process.execPath, [siblingModule(import.meta.url, './guard-main')], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.unref();
  }
  child.stdin?.write(`${JSON.stringify(order)}\n`);
}
