import type { Readable } from 'node:stream';

/** Looks in one stall's time: it is noticed a quarter late at most. */
const looks = 4;

/**
 * Calls `stalled` when nothing arrives from `source` for `stallMs`. Time in which something
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
  let before = arrived();
  let quiet = 0;
  const timer = setInterval(() => {
    const now = arrived();
    quiet = now === before && source.readableLength === 0 ? quiet + 1 : 0;
    before = now;
    if (source.readableEnded) clearInterval(timer);
    else if (quiet >= looks) stalled();
  }, stallMs / looks);
  return () => clearInterval(timer);
};
