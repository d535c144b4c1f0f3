import { DomainError, unavailable } from '@aftertone/kernel';

/** No space, no quota, or a file size limit. */
const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** For `catch`: a file or folder that is not there is no failure. */
export const nullIfMissing = (error: unknown): null => {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
  throw error;
};

export const storageError = (error: unknown): DomainError => {
  if (error instanceof DomainError) return error;
  return fullCodes.has(codeOf(error) ?? '')
    ? unavailable('storage-full', 'There is no space left for recordings.', {}, error)
    : unavailable('storage-unavailable', 'The storage of recordings does not answer.', {}, error);
};

/** Runs file work and names its failures. */
export const onStorage = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw storageError(error);
  }
};
