import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const everyBytes = 4 * 2 ** 20;

/**
 * V8 counts its own objects and hardly the 64 kB buffers behind them that every read of a socket makes: it lets some
 * 50 MB of used ones lie before it looks (measured). A collection of the young objects after every few megabytes takes
 * a third of a millisecond and keeps uploads as small as their stream is.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as NodeJS.GCFunction;

let sinceLast = 0;

/** To be told of every piece of every upload, after it was dealt with. */
export const noteReceived = (bytes: number): void => {
  sinceLast += bytes;
  if (sinceLast < everyBytes) return;
  sinceLast = 0;
  collect({ type: 'minor' });
};
