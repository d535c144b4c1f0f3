import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard, launch, type Program, type RunningProgram, untilReady } from '@aftertone/local';

export interface TestFolder {
  path: string;
  remove(): void;
}

/** A folder for one test's files; `remove` ends it, and so does the end of this process, however that comes. */
export function temporaryFolder(purpose: string): TestFolder {
  const path = mkdtempSync(join(tmpdir(), `aftertone-${purpose}-`));
  guard({ watchFolder: path });
  return {
    path,
    remove: () => {
      // A server that was killed may have children that write for a moment longer.
      rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      guard({ forgetFolder: path });
    },
  };
}

/** A folder that the test gave and keeps. */
export function givenFolder(path: string): TestFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return { path, remove: () => undefined };
}

/** Starts a program that does not outlive this process, and waits until it serves. */
export async function launchGuarded(program: Program): Promise<RunningProgram> {
  const running = await launch(program);
  guard({ watch: running.identity });
  void running.exited.then(() => guard({ forget: running.identity.pid }));
  try {
    await untilReady(running);
    return running;
  } catch (error) {
    await running.kill();
    throw error;
  }
}
