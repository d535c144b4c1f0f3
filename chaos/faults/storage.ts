import { chmodSync, existsSync, renameSync } from 'node:fs';
import { run } from '@aftertone/local';
import type { Installation } from '../installation/installation.ts';

/** Takes the recordings away, as a volume that is not mounted. Returns what brings them back. */
export function unmount({ layout }: Installation): () => void {
  const elsewhere = `${layout.media}.elsewhere`;
  renameSync(layout.media, elsewhere);
  return () => {
    if (existsSync(layout.media)) throw new Error(`${layout.media} was made anew while it was away`);
    renameSync(elsewhere, layout.media);
  };
}

/** Lets nobody write there, as a file system that the kernel has set read-only. Returns what undoes it. */
export async function makeReadOnly({ layout }: Installation): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) {
    chmodSync(layout.media, 0o500);
    return async () => chmodSync(layout.media, 0o700);
  }
  // Root may write wherever there is a mode; a mount of the folder onto itself obeys its own flag.
  await must('mount', '--bind', layout.media, layout.media);
  await must('mount', '-o', 'remount,ro,bind', layout.media);
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
