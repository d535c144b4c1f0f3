import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** The answer under `reply`, with its status and headers set, for who writes the body without Fastify. */
export const rawAnswer = (reply: FastifyReply): ServerResponse => {
  reply.hijack();
  const { raw } = reply;
  raw.statusCode = reply.statusCode;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  return raw;
};

/**
 * Writes a piece to a socket or an answer over one, and ends it with the last one. Resolves when nothing reads the piece
 * any more; false when `out` was closed before, and perhaps still reads it.
 */
export const writePiece = (out: Writable, piece: Uint8Array, isLast: boolean): Promise<boolean> =>
  new Promise((resolve) => {
    if (out.destroyed) {
      resolve(false);
      return;
    }
    const closed = (): void => resolve(false);
    const taken = (error?: Error | null): void => {
      out.off('close', closed);
      resolve(error === undefined || error === null);
    };
    out.once('close', closed);
    if (isLast) out.end(piece, () => taken());
    else out.write(piece, taken);
  });
