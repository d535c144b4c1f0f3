import type { IncomingMessage } from 'node:http';
import { invalid } from '@aftertone/kernel';

/**
 * The body of a request, piece by piece. When the reader stops before the end, the connection stays, so that the
 * sender gets the answer that says why (Node then discards the rest).
 *
 * @param idleMs a sender who sends nothing for so long is gone: the connection ends
 * @throws DomainError `upload-incomplete` when the sender is gone
 */
export async function* requestBody(request: IncomingMessage, idleMs: number): AsyncGenerator<Buffer> {
  const cutOff = (): void => {
    request.destroy(new Error(`nothing came for ${idleMs} ms`));
  };
  request.setTimeout(idleMs, cutOff);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk;
  } catch (error) {
    throw invalid('upload-incomplete', 'The upload ended before its end.', {}, error);
  } finally {
    request.off('timeout', cutOff);
    request.setTimeout(0);
  }
}
