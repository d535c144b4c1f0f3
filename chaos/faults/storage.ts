import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { run, waitFor } from '@aftertone/local';
import type { Installation } from '../installation/installation.ts';
import type { Replica } from '../installation/replica.ts';

/** Takes the recordings away, as a volume that is not mounted. Returns what brings them back. */
export function unmount({ layout }: Installation): () => void {
  const elsewhere = `${layout.media}.elsewhere`;
  renameSync(layout.media, elsewhere);
  return () => {
    if (existsSync(layout.media)) throw new Error(`${layout.media} was made anew while it was away`);
    renameSync(elsewhere, layout.media);
  };
}

/** Kills a media-svc and takes its disk away; in its place comes one with an empty disk. Resolves when that one serves. */
export async function destroy(installation: Installation, replica: Replica): Promise<void> {
  replica.signal('SIGKILL');
  rmSync(installation.spoolOf(replica), { recursive: true });
  await replica.stop();
  // Also what the dying process may have written meanwhile.
  rmSync(installation.spoolOf(replica), { recursive: true, force: true });
  await installation.bringBack(replica);
}

/** Lets nobody write there, as a file system that the kernel has set read-only. Returns what undoes it. */
export async function makeReadOnly({ layout }: Installation): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) {
    chmodSync(layout.media, 0o500);
    return async () => chmodSync(layout.media, 0o700);
  }
  // Root may write wherever there is a mode; a mount of the folder onto itself obeys its own flag.
  await must('mount', '--bind', layout.media, layout.media);
  const remount = async (): Promise<boolean> =>
    (await run('mount', ['-o', 'remount,ro,bind', layout.media])).code === 0;
  // A recording that is being written just now keeps the mount busy.
  await waitFor('a moment in which nothing is written', remount, { timeoutMs: 30_000 });
  return () => must('umount', '--lazy', layout.media);
}

async function must(command: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${output}`);
}

/** Gives the spool a disk of its own of so many megabytes. Returns what takes it away; needs root. */
export async function giveSmallSpool({ layout }: Installation, megabytes: number): Promise<() => Promise<void>> {
  await must('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', layout.mediaSpool);
  return () => must('umount', '--lazy', layout.mediaSpool);
}
