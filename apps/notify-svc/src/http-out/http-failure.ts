import { cleanDetail } from '../masking/clean-detail.ts';
import { ForbiddenAddress } from './connector.ts';

/** Why no answer came. */
export interface HttpFailure {
  /** We did not call at all, and shall not. */
  forbidden: boolean;
  detail: string;
}

const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was broken',
  EPIPE: 'the connection was broken',
  UND_ERR_SOCKET: 'the connection was broken',
  ENOTFOUND: 'the host name is unknown',
  ENODATA: 'the host name has no address',
  ETIMEOUT: 'the name servers did not answer',
  ESERVFAIL: 'the name servers failed',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
};

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

/** Of several addresses that were tried, the first one's error; otherwise the cause, if it says more. */
const innermost = (error: Error): Error => {
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  if (!(first instanceof Error)) return error;
  return codeOf(error) === '' || codeOf(first) !== '' ? innermost(first) : error;
};

/** Reads an error of the network, of TLS or of undici. */
export const httpFailure = (error: unknown): HttpFailure => {
  if (!(error instanceof Error)) return { forbidden: false, detail: cleanDetail(String(error), []) };
  const cause = innermost(error);
  if (cause instanceof ForbiddenAddress) {
    return { forbidden: true, detail: 'the host has no address that may be called: it lies in an inner network' };
  }
  const code = codeOf(cause);
  const text = known[code] ?? cause.message;
  return { forbidden: false, detail: cleanDetail(code === '' ? text : `${text} (${code})`, []) };
};
