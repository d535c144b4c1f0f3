import type { DomainError } from '@aftertone/kernel';
import type { FastifyReply } from 'fastify';
import { retryAfterDetail } from '../access/refusals.ts';
import { uploadStalled } from '../messages/upload/receive.ts';

/** Headers that go with a refusal. */
export const tellRefusal = (reply: FastifyReply, { code, details }: DomainError): void => {
  const seconds = details[retryAfterDetail];
  if (typeof seconds === 'number') void reply.header('retry-after', String(seconds));
  if (code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="aftertone"');
  if (code === 'upgrade-required') void reply.header('upgrade', 'websocket');
  // The rest of the request will not come: nothing else can follow on this connection.
  if (code === uploadStalled) void reply.header('connection', 'close');
};
