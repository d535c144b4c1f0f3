import { mkdir, open } from 'node:fs/promises';

/** Makes a folder's entries survive a power cut. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/**
 * Makes folders durable once per process. A folder that is already there may have been made by another process that
 * has not flushed it yet, so the first use always flushes its parents.
 */
export class DurableFolders {
  private readonly known = new Set<string>();

  /** @param chain folders from the outermost to the innermost; the first one's parent exists. */
  async ensure(chain: readonly string[], parent: string): Promise<void> {
    let outer = parent;
    for (const folder of chain) {
      if (!this.known.has(folder)) {
        await mkdir(folder, { mode: 0o700, recursive: true });
        await syncFolder(outer);
        this.known.add(folder);
      }
      outer = folder;
    }
  }
}
