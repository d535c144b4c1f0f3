import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { readJson } from './json-file.ts';
import type { Layout } from './layout.ts';

/** The supervisor of a data folder. */
export interface Supervisor extends ProcessIdentity {
  url: string;
}

/** Another supervisor works on the data folder. */
export class AlreadyRunning extends Error {
  override name = 'AlreadyRunning';
}

/** The living supervisor of this folder, if there is one. */
export function currentSupervisor(layout: Layout): Supervisor | undefined {
  const holder = readJson<Supervisor>(layout.lock);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** Makes this process the only supervisor of the folder until `release`. Throws `AlreadyRunning`. */
export function takeLock(layout: Layout, url: string): { release(): void } {
  mkdirSync(layout.root, { recursive: true, mode: 0o700 });
  const self = identify(process.pid);
  if (self === undefined) throw new Error('this process cannot be identified');
  const own = `${layout.lock}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ ...self, url } satisfies Supervisor), { mode: 0o600 });
  try {
    while (!linkExclusively(own, layout.lock)) {
      const holder = currentSupervisor(layout);
      if (holder !== undefined) throw alreadyRunning(layout, holder);
      setAside(layout);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => rmSync(layout.lock, { force: true }) };
}

// A link is made with its content or not at all, unlike a file that is opened first and written later.
function linkExclusively(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead supervisor, by renaming: of two who try, one finds that it moved a living one's lock. */
function setAside(layout: Layout): void {
  const aside = `${layout.lock}.stale-${process.pid}`;
  try {
    renameSync(layout.lock, aside);
  } catch {
    return;
  }
  const moved = readJson<Supervisor>(aside);
  if (moved !== undefined && isAlive(moved)) linkExclusively(aside, layout.lock);
  rmSync(aside, { force: true });
}

function alreadyRunning(layout: Layout, holder: Supervisor): AlreadyRunning {
  return new AlreadyRunning(
    `Aftertone already runs on ${layout.root}: process ${holder.pid}, ${holder.url}. ` +
      `Stop it with: npm stop -- --data-dir ${layout.root}`,
  );
}
