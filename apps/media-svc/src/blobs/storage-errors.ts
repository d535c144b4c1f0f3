import { DomainError, unavailable } from '@aftertone/kernel';
import type { StorageFault } from './storage-fault.ts';

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

/** For `catch`: a file that is there already is no failure. */
export const unlessThere = (error: unknown): void => {
  if (codeOf(error) !== 'EEXIST') throw error;
};

/** How long a refused sender or listener is asked to wait. */
const retryAfterSeconds = 5;

export const storageUnavailable = (cause?: unknown): DomainError =>
  unavailable('storage-unavailable', 'The storage of recordings does not answer.', { retryAfterSeconds }, cause);

export const storageFull = (cause?: unknown): DomainError =>
  unavailable('storage-full', 'There is no space left for recordings.', {}, cause);

export const recordingMissingCode = 'recording-missing';

/** The storage answers, and has not what its row says: waiting does not help, an operator may. */
export const recordingMissing = (cause?: unknown): DomainError =>
  unavailable(
    recordingMissingCode,
    'The storage has lost the bytes of this recording; the operator can look with `media verify`.',
    {},
    cause,
  );

export const storageError = (error: unknown): DomainError => {
  if (error instanceof DomainError) return error;
  return fullCodes.has(codeOf(error) ?? '') ? storageFull(error) : storageUnavailable(error);
};

/** What a storage that was asked over the network could not do. */
export const remoteError = (fault: StorageFault): DomainError => {
  switch (fault.reason) {
    case 'full':
      return storageFull(fault);
    case 'no-object':
      return recordingMissing(fault);
    default:
      return storageUnavailable(fault);
  }
};

/** Runs file work and names its failures. */
export const onStorage = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw storageError(error);
  }
};
