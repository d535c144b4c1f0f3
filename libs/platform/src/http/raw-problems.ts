import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '@aftertone/kernel';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import { problemContentType, problemOf } from './problem.ts';
import { correlationHeader } from './requests.ts';

const statusError = (statusCode: number, message: string): Error => Object.assign(new Error(message), { statusCode });

const refusalOf = (error: ConnectionError): Error => {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return statusError(408, 'The request took too long to arrive');
    case 'HPE_HEADER_OVERFLOW':
      return statusError(431, 'The headers are too large');
    default:
      return statusError(400, 'This is no HTTP request');
  }
};

/** Answers what Node refuses before there is a request: headers that are too large or malformed, a request too slow. */
export const answerClientError = (error: ConnectionError, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const correlationId = newId();
    const problem = problemOf(refusalOf(error), correlationId);
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `content-type: ${problemContentType}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `${correlationHeader}: ${correlationId}`,
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
};

/** Answers what the router refuses before any hook runs: a malformed URL, a path segment that is too long. */
export const answerRouterError = (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
  const problem = problemOf(error, request.id);
  void reply
    .header(correlationHeader, request.id)
    .status(problem.status)
    .type(problemContentType)
    .send(JSON.stringify(problem));
};
