import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { DomainError, type ErrorKind, unavailable } from '@aftertone/kernel';
import { z } from 'zod';

const problem = z.object({ code: z.string(), detail: z.string() });

const kindOf = (status: number): ErrorKind => {
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  if (status >= 500) return 'unavailable';
  return status === 400 || status === 415 ? 'invalid' : 'rejected';
};

const parsed = (body: string): z.output<typeof problem> | undefined => {
  try {
    return problem.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

export const mediaUnavailable = (cause: unknown): DomainError =>
  unavailable('service-unavailable', 'The media service does not answer', { service: 'media' }, cause);

/** What media-svc refused, under its own code; anything that is no refusal of its means that it is out of order. */
export const mediaRefusal = async (response: IncomingMessage): Promise<DomainError> => {
  const status = response.statusCode ?? 500;
  const said = parsed(await text(response).catch(() => ''));
  // Our grant is not the caller's business: it means that the two services do not fit together.
  if (said === undefined || said.code.startsWith('grant-') || said.code === 'internal-error') {
    return mediaUnavailable(new Error(`media-svc answered ${status} ${said?.code ?? ''}`));
  }
  const retryAfter = Number(response.headers['retry-after']);
  const details = Number.isInteger(retryAfter) ? { retryAfterSeconds: retryAfter } : {};
  return new DomainError(kindOf(status), said.code, said.detail, details);
};
