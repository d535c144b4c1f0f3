import { DomainError, unavailable } from '@aftertone/kernel';

/** No space, no quota, or a file size limit. */
const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** A file or folder that is not there. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** For `catch`: a file or folder that is not there is no failure. */
export const nullIfMissing = (error: unknown): null => {
  if (isMissing(error)) return null;
  throw error;
};

/** How long a refused sender or listener is asked to wait. */
const retryAfterSeconds = 5;

export const storageUnavailable = (cause?: unknown): DomainError =>
  unavailable('storage-unavailable', 'The storage of recordings does not answer.', { retryAfterSeconds }, cause);

export const storageFull = (cause?: unknown): DomainError =>
  unavailable('storage-full', 'There is no space left for recordings.', {}, cause);

export const storageError = (error: unknown): DomainError => {
  if (error instanceof DomainError) return error;
  return fullCodes.has(codeOf(error) ?? '') ? storageFull(error) : storageUnavailable(error);
};

/** Runs file work and names its failures. */
export const onStorage = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw storageError(error);
  }
};
