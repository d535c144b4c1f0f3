import type { Readable } from 'node:stream';

/**
 * Calls `stalled` once when nothing arrives from `source` for `stallMs` (at most twice that). Time in which something
 * has arrived but is not taken yet is not the sender's fault and does not count.
 *
 * @param arrived how many bytes have arrived so far; listening to the data itself would set it flowing
 */
export const watchForStall = (
  source: Readable,
  arrived: () => number,
  stallMs: number,
  stalled: () => void,
): (() => void) => {
  let before = -1;
  const timer = setInterval(() => {
    const now = arrived();
    if (source.readableEnded) clearInterval(timer);
    else if (now === before && source.readableLength === 0) stalled();
    before = now;
  }, stallMs);
  return () => clearInterval(timer);
};
