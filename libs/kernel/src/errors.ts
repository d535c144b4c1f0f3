/** How a failure is meant; each edge (HTTP, NATS, call) maps kinds to its own codes in one place. */
export type ErrorKind = 'invalid' | 'not-found' | 'rejected' | 'conflict' | 'unavailable';

/** One wrong field of a request: `path` in dots (`quota.maxMessages`), `message` says what to do. */
export interface FieldError {
  path: string;
  message: string;
}

/**
 * A failure with a lasting name.
 *
 * `code` is part of the public contract (kebab-case, never renamed); `details` is JSON for programs.
 */
export class DomainError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, code: string, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DomainError';
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

const ofKind =
  (kind: ErrorKind) =>
  (code: string, message: string, details?: Record<string, unknown>, cause?: unknown): DomainError =>
    new DomainError(kind, code, message, details, cause);

/** The request is malformed: the caller must change it. */
export const invalid = ofKind('invalid');
/** The object does not exist for this caller. */
export const notFound = ofKind('not-found');
/** A business rule says no. */
export const rejected = ofKind('rejected');
/** Somebody else was faster, or the key was used for something else. */
export const conflict = ofKind('conflict');
/** A part that is needed does not answer; trying again later can help. */
export const unavailable = ofKind('unavailable');
