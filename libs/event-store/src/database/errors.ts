import { DomainError, invalid, unavailable } from '@aftertone/kernel';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

/** Codes by which Postgres says "not now": no connection, shutting down, out of resources, a timeout of ours. */
const notNow = /^(08|53|57|58)|^(55P03|25P03|25P04)$/;
/** Codes of the socket. `pg` itself gives plain errors without a code when a connection ends or cannot be had. */
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
const connectionEnded =
  /connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable|query read timeout/i;

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** True when the database does not answer or refuses to work now; the statement itself may be fine. */
export const isUnavailable = (error: unknown): boolean => {
  const code = codeOf(error);
  if (notNow.test(code) || socketCodes.has(code)) return true;
  // TypeORM lets go of a session that is lost; the next query of the same transaction then meets one of these.
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  if (error instanceof QueryRunnerProviderAlreadyReleasedError) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return error instanceof Error && code === '' && connectionEnded.test(error.message);
};

/** True when the connection went away (or was shut), so what it last ran may or may not have been committed. */
export const isConnectionLoss = (error: unknown): boolean =>
  isUnavailable(error) && !/^(55P03|57014|53)/.test(codeOf(error));

/** `store-unavailable` for a database that does not answer, `unstorable-value` (invalid) for text it cannot hold. */
export const asStoreError = (error: unknown): unknown => {
  if (error instanceof DomainError) return error;
  if (isUnavailable(error)) return storeUnavailable(error);
  // 22021: the character NUL in a text, 22P05: in JSON; 22P02 from the JSON reader: half of a surrogate pair.
  if (/^(22021|22P05)$/.test(codeOf(error)) || (codeOf(error) === '22P02' && /json/i.test(String(error)))) {
    return invalid('unstorable-value', 'A text holds a character that cannot be stored.', {}, error);
  }
  return error;
};

export const storeUnavailable = (cause?: unknown): DomainError =>
  unavailable('store-unavailable', 'The database does not answer; try again later.', {}, cause);
