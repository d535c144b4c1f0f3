import { DomainError } from '@aftertone/kernel';
import { z } from 'zod';

/** What a failure means for the event: it can never work, it did not work now, or nothing works now. */
export type Verdict = 'hopeless' | 'failed' | 'unavailable';

/** Postgres and the socket say "not now" by these codes; 40001 and 40P01 ask to try the transaction again. */
const unavailableCode =
  /^(08...|53...|57...|58...|55P03|25P0[34]|40001|40P01|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const lostConnection = /connection terminated|timeout exceeded when trying to connect|query read timeout/i;

const codeOf = (error: Error): string => {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : '';
};

const isUnavailable = (error: unknown): boolean => {
  if (error instanceof DomainError) return error.kind === 'unavailable';
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  return unavailableCode.test(codeOf(error)) || (codeOf(error) === '' && lostConnection.test(error.message));
};

export const verdictOf = (error: unknown): Verdict => {
  if (isUnavailable(error)) return 'unavailable';
  if (error instanceof z.ZodError || (error instanceof DomainError && error.kind === 'invalid')) return 'hopeless';
  return 'failed';
};

/**
 * Why an event failed, to be kept for as long as nobody looks at it. Texts of foreign errors may quote caller data, so
 * only their name, code and place are kept; the log of the moment has the rest.
 */
export const reasonOf = (error: unknown): string => {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`;
  if (error instanceof z.ZodError) {
    return `invalid-event: ${error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ')}`;
  }
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  const place =
    error.stack
      ?.split('\n')
      .find((line) => /^\s+at /.test(line))
      ?.trim() ?? '';
  const file = place.replace(/\(?(?:file:\/\/)?[^\s()]*\/((?:apps|libs|node_modules)\/[^\s()]+)\)?/, '($1)');
  return [error.name, codeOf(error), file].filter((part) => part !== '').join(' ');
};
