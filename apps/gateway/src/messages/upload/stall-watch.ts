import type { Readable } from 'node:stream';

/**
 * Calls `stalled` once when nothing arrives from `source` for `stallMs`. Time in which something has arrived but is not
 * taken yet is not the sender's fault and does not count.
 */
export const watchForStall = (source: Readable, stallMs: number, stalled: () => void): (() => void) => {
  const look = (): void => {
    if (source.readableLength > 0) timer.refresh();
    else stalled();
  };
  const timer = setTimeout(look, stallMs);
  const onData = (): void => void timer.refresh();
  source.on('data', onData);
  return () => {
    clearTimeout(timer);
    source.off('data', onData);
  };
};
