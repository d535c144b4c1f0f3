import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, signal } from '../process/identity.ts';
import { killGroup } from '../process/program.ts';
import { waitFor } from '../process/wait.ts';

const FAST_SHUTDOWN_MS = 30_000;
const BURIAL_MS = 10_000;

/**
 * Ends a Postgres that still serves this data folder (its parent was killed), so that there are never two, and removes
 * a lock file whose process id now belongs to another program, before which Postgres would refuse to start.
 */
export async function endLeftoverPostgres(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const pid = Number(firstLineOf(lockFile));
  if (!Number.isInteger(pid) || pid <= 0) return;
  const leftover = identify(pid);
  if (leftover === undefined) {
    // Killed, but perhaps not yet reaped by whoever inherited it: Postgres takes a zombie for a server that runs.
    await waitFor('the last of a killed Postgres', () => !isKnown(pid), { timeoutMs: BURIAL_MS }).catch(() =>
      rmSync(lockFile, { force: true }),
    );
    return;
  }
  if (!servesFolder(pid, dataDir)) {
    rmSync(lockFile, { force: true });
    return;
  }
  signal(leftover, 'SIGINT');
  await waitFor('the end of an earlier Postgres', () => !isAlive(leftover), { timeoutMs: FAST_SHUTDOWN_MS }).catch(() =>
    killGroup(leftover),
  );
}

function isKnown(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function servesFolder(pid: number, dataDir: string): boolean {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataDir);
    } catch {
      return false;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(dataDir);
  } catch {
    return false;
  }
}

function firstLineOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n')[0];
  } catch {
    return undefined;
  }
}
