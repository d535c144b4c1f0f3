import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const everyBytes = 4 * 2 ** 20;

/**
 * V8 counts its own objects and hardly the buffers behind them: it lets some 50 MB of used ones lie before it looks
 * (measured with the 64 kB that every read of a socket makes). A collection of the young objects after every few
 * megabytes takes a third of a millisecond and keeps a stream as small as it is.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as NodeJS.GCFunction;

let sinceLast = 0;

/** To be told, in each thread, how many bytes of buffers were used and let go. */
export const noteBuffers = (bytes: number): void => {
  sinceLast += bytes;
  if (sinceLast < everyBytes) return;
  sinceLast = 0;
  collect({ type: 'minor' });
};
