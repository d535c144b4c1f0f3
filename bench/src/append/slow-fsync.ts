import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../../src/append/slow-fsync.c', import.meta.url));

/**
 * What makes every flush of a Postgres take so much longer.
 *
 * @param folder takes the compiled library; the server's account must be able to read it
 * @returns environment of the server, or why there is none
 */
export async function slowFsync(folder: string, micros: number): Promise<NodeJS.ProcessEnv | string> {
  const library = join(folder, 'slow-fsync.so');
  try {
    await promisify(execFile)('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
    await chmod(library, 0o755);
  } catch (error) {
    return `no C compiler made the library that delays flushes: ${String(error).split('\n')[0]}`;
  }
  return { LD_PRELOAD: library, SLOW_FSYNC_US: String(micros) };
}
