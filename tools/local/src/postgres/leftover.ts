import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, signal } from '../process/identity.ts';
import { killGroup } from '../process/program.ts';
import { waitFor } from '../process/wait.ts';

const FAST_SHUTDOWN_MS = 30_000;
const BURIAL_MS = 10_000;
/** In `postmaster.pid`: key and id of the shared memory (LOCK_FILE_LINE_SHMEM_KEY in Postgres's `pidfile.h`, from zero). */
const SHARED_MEMORY_LINE = 6;

/**
 * Ends a Postgres that still serves this data folder (its parent was killed), so that there are never two, and removes
 * a lock file whose process id now belongs to another program, before which Postgres would refuse to start.
 */
export async function endLeftoverPostgres(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const lines = linesOf(lockFile);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  await endServer(pid, dataDir, lockFile);
  await waitForChildren(lines);
}

async function endServer(pid: number, dataDir: string, lockFile: string): Promise<void> {
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

/**
 * The children of a killed server end by themselves when they notice, and until then Postgres would refuse to start. Where
 * one does not, Postgres says so.
 */
async function waitForChildren(lockLines: readonly string[]): Promise<void> {
  const segment = Number(lockLines[SHARED_MEMORY_LINE]?.trim().split(/\s+/)[1]);
  if (!Number.isInteger(segment)) return;
  await waitFor('the last child of a killed Postgres', () => !isAttached(segment), { timeoutMs: BURIAL_MS }).catch(
    () => undefined,
  );
}

/** Whether a process still has this System V shared memory; false where that cannot be read (proc_sysvipc(5), Linux). */
function isAttached(segment: number): boolean {
  const [names = '', ...rows] = linesOf('/proc/sysvipc/shm');
  const columns = names.trim().split(/\s+/);
  return rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .some((row) => row[columns.indexOf('shmid')] === segment && (row[columns.indexOf('nattch')] ?? 0) > 0);
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

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
