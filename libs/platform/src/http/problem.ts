import { STATUS_CODES } from 'node:http';
import { fieldErrors, type RefusalDetails, refusalDetails } from '@aftertone/contracts';
import { DomainError, type ErrorKind, type FieldError } from '@aftertone/kernel';
import { z } from 'zod';

/** RFC 9457, with a lasting `code`, the correlation id and the wrong fields of the request. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  correlationId: string;
  errors: FieldError[];
  /** What a refusal tells beside that: who has a claimed message, the right that is missing, … */
  details?: RefusalDetails;
}

/** Status by code, where it is not that of the kind. */
export type StatusTable = Readonly<Record<string, number>>;

export const problemContentType = 'application/problem+json';

const statusOfKind: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  'not-found': 404,
  rejected: 422,
  conflict: 409,
  unavailable: 503,
};

/** Codes that mean the same at every edge. */
const statusOfCode: StatusTable = {
  'grant-invalid': 403,
  'grant-expired': 403,
  'version-mismatch': 412,
  'internal-error': 500,
};

const detailsOf = ({ kind, details }: DomainError): Pick<Problem, 'details'> => {
  if (kind !== 'rejected' && kind !== 'conflict') return {};
  const told = refusalDetails.safeParse(details).data ?? {};
  return Object.keys(told).length === 0 ? {} : { details: told };
};

/** What the framework refuses by itself: no such route, a body that is too large or no JSON, … */
const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  408: 'request-timeout',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  416: 'range-not-satisfiable',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'service-unavailable',
};

const fieldErrorList = z.array(z.object({ path: z.string(), message: z.string() }));

/** Status and message of an HTTP error of Nest or Fastify; undefined for anything else and for their own bugs. */
const httpError = (error: unknown): { status: number; message: string } | undefined => {
  if (!(error instanceof Error)) return undefined;
  const status: unknown =
    'getStatus' in error && typeof error.getStatus === 'function'
      ? error.getStatus()
      : Reflect.get(error, 'statusCode');
  if (typeof status !== 'number' || status < 400 || status === 500 || status > 599) return undefined;
  return { status, message: error.message };
};

const asDomainError = (error: unknown): DomainError | undefined => {
  if (error instanceof DomainError) return error;
  if (!(error instanceof z.ZodError)) return undefined;
  const errors = fieldErrors(error);
  return new DomainError('invalid', 'invalid-request', 'The request has fields that are wrong', { errors });
};

/** The problem document of an error; `overrides` wins over the status of its kind. A bug tells nothing but its id. */
export const problemOf = (error: unknown, correlationId: string, overrides: StatusTable = {}): Problem => {
  const make = (status: number, code: string, detail: string, errors: FieldError[] = []): Problem => ({
    type: `urn:aftertone:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    correlationId,
    errors,
  });
  const domain = asDomainError(error);
  if (domain !== undefined) {
    const status = overrides[domain.code] ?? statusOfCode[domain.code] ?? statusOfKind[domain.kind];
    const errors = fieldErrorList.safeParse(domain.details.errors).data;
    return { ...make(status, domain.code, domain.message, errors), ...detailsOf(domain) };
  }
  const http = httpError(error);
  if (http !== undefined) return make(http.status, codeOfStatus[http.status] ?? 'refused', http.message);
  return make(500, 'internal-error', 'Something went wrong; the log tells more under this correlation id');
};
