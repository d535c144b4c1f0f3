import type { Socket } from 'node:net';
import { finished, type Readable } from 'node:stream';
import { invalid, rejected } from '@aftertone/kernel';
import { watchForStall } from './stall-watch.ts';

/** Its sender went away. */
export const cutOff = (cause?: unknown) => invalid('upload-cut-off', 'The upload ended before its end', {}, cause);
/** Code of the refusal of a sender that sends nothing any more. */
export const uploadStalled = 'upload-stalled';

const stalledUpload = () => rejected(uploadStalled, 'The upload sent nothing for too long');

/** An HTTP request whose body has not been read. */
export type Upload = Readable & { socket: Pick<Socket, 'bytesRead'> };

/**
 * Runs `work` on an upload. When the sender goes away or sends nothing for `stallMs`, the signal given to `work` aborts
 * and the promise rejects (`upload-cut-off`, `upload-stalled`); when `work` fails, what is still sent is thrown away, so
 * that the sender can read the answer.
 */
export const receive = async <T>(
  source: Upload,
  stallMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const stopped = new AbortController();
  const broken = Promise.withResolvers<never>();
  const stop = finished(source, { writable: false }, (error) => {
    if (error) broken.reject(cutOff(error));
  });
  const unwatch = watchForStall(
    source,
    () => source.socket.bytesRead,
    stallMs,
    () => broken.reject(stalledUpload()),
  );
  try {
    return await Promise.race([work(stopped.signal), broken.promise]);
  } catch (error) {
    stopped.abort();
    source.unpipe();
    source.resume();
    throw error;
  } finally {
    unwatch();
    stop();
    // Nobody waits for it any more, and a sender that goes away later is no fault of ours.
    broken.promise.catch(() => undefined);
    source.on('error', () => undefined);
  }
};
