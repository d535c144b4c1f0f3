import type { Readable } from 'node:stream';
import { noteBuffers } from '../../memory/young-garbage.ts';
import { AskedThread, workerFile } from '../asked-thread.ts';
import { audioUnreadable } from '../refusals.ts';
import type { ConversionAnswer, ConversionOrder, ConversionPass, ConversionRequest } from './conversion-messages.ts';
import { loudnessIn } from './loudness.ts';

/** A piece is converted in tenths of a second: this is for a decoder that never returns. */
const patienceMs = 30_000;

/** Several times what decoder, resampler and encoder need: a file that makes one grow ends its thread and not the service. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

/**
 * The stored file `source` as the target, so much louder, in a thread of its own and never further ahead than its reader.
 * Ends thread and source with itself.
 * @throws DomainError `audio-unreadable`; or the signal's reason when it ends the conversion.
 */
export const convert = (
  source: Readable,
  order: ConversionOrder,
  signal: AbortSignal,
  gainDb = 0,
): AsyncGenerator<Buffer> => passOf(source, { ...order, pass: { gainDb } }, signal);

/** How loud the target would be, in LUFS; null where nothing is to be heard. Ends and throws as `convert` does. */
export const measure = async (
  source: Readable,
  order: ConversionOrder,
  signal: AbortSignal,
): Promise<number | null> => {
  const told: Buffer[] = [];
  for await (const bytes of passOf(source, { ...order, pass: 'loudness' }, signal)) told.push(bytes);
  return loudnessIn(Buffer.concat(told));
};

/** What comes of a stream until the signal's reason is thrown, also where nothing comes and it does not let itself be closed. */
async function* until(signal: AbortSignal, source: Readable): AsyncGenerator<Buffer> {
  const pieces: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  for (;;) {
    signal.throwIfAborted();
    // No race with one promise for all of them: that would hold every piece until the end.
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Buffer>>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    pieces.next().then(resolve, reject);
    const { done, value } = await promise.finally(() => signal.removeEventListener('abort', abort));
    if (done === true) return;
    yield value;
  }
}

async function* passOf(source: Readable, order: ConversionPass, signal: AbortSignal): AsyncGenerator<Buffer> {
  const thread = new AskedThread<ConversionRequest, ConversionAnswer>(workerFile('conversion', import.meta.url), {
    resourceLimits,
    patienceMs,
    data: order,
  });
  const end = (): void => void thread.close();
  signal.addEventListener('abort', end, { once: true });
  const ask = async (chunk: Buffer | null): Promise<{ bytes: Buffer; done: boolean }> => {
    signal.throwIfAborted();
    // A copy of its own: a view would take all of the memory behind it along.
    const answer = await thread.ask({ chunk: chunk && new Uint8Array(chunk) });
    signal.throwIfAborted();
    if (answer === null) throw audioUnreadable('The recording cannot be decoded.');
    if ('unreadable' in answer) throw audioUnreadable(answer.unreadable);
    // The piece was copied for the thread and on its way there, and the answer on its way back.
    noteBuffers((chunk?.length ?? 0) * 3 + answer.bytes.length * 2);
    const { buffer, byteOffset, length } = answer.bytes;
    return { bytes: Buffer.from(buffer, byteOffset, length), done: answer.done };
  };
  try {
    for await (const chunk of until(signal, source)) {
      const { bytes } = await ask(chunk);
      if (bytes.length > 0) yield bytes;
    }
    for (let done = false; !done; ) {
      const last = await ask(null);
      if (last.bytes.length > 0) yield last.bytes;
      done = last.done;
    }
  } finally {
    signal.removeEventListener('abort', end);
    source.destroy();
    await thread.close();
  }
}
