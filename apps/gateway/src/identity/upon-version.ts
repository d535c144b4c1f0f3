import { conflict, DomainError } from '@aftertone/kernel';

const mostTries = 5;

const isMismatch = (error: unknown): boolean => error instanceof DomainError && error.code === 'version-mismatch';

/**
 * A change whose permission depends on what the object is: `attempt` reads it, judges, and writes upon the version that
 * it has judged. When somebody else was faster in between, it judges anew, unless the caller itself names a version.
 *
 * @throws conflict `version-mismatch` with `ifVersion`, `stream-busy` without
 */
export const uponVersion = async <T>(ifVersion: number | undefined, attempt: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (ifVersion !== undefined || !isMismatch(error)) throw error;
      if (tries === mostTries) throw conflict('stream-busy', 'Too many changes at once; try again.');
    }
  }
};
