import { fileURLToPath } from 'node:url';

/**
 * Path of a module beside the calling one that is to run as a program of its own. It has our own ending: `.ts` when run
 * from the sources, `.js` when run from a build.
 */
export function siblingModule(importMetaUrl: string, nameWithoutEnding: string): string {
  const ending = importMetaUrl.endsWith('.ts') ? '.ts' : '.js';
  return fileURLToPath(new URL(nameWithoutEnding + ending, importMetaUrl));
}
