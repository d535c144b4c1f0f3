import { contractEvent } from '../read-event.ts';
import type { Gaps } from './gaps.ts';
import type { Gateway } from './gateway.ts';
import type { InFlight } from './in-flight.ts';
import type { Progress } from './progress.ts';

export interface ReplayParts {
  gateway: Gateway;
  inFlight: InFlight;
  progress: Progress;
  /** Undefined where types are left out on purpose. */
  gaps: Gaps | undefined;
  signal: AbortSignal;
}

/** Reads history between two cursors, no faster than it is taken; ends when all of it has been handed on. */
export const replay = async (
  { after, until }: { after: string; until: string },
  { gateway, inFlight, progress, gaps, signal }: ReplayParts,
): Promise<void> => {
  for (let from: string | null = after; from !== null; ) {
    const { items, next } = await gateway.history(from, until);
    for (const { cursor, event } of items) {
      await inFlight.room(signal);
      if (signal.aborted) return;
      const acknowledged = progress.follow(cursor);
      inFlight.take({
        event: contractEvent(event, null),
        copy: 'history',
        redelivered: false,
        cursor,
        gap: gaps?.see(event, { redelivered: false, unordered: false, now: Date.now() }),
        confirm: async () => acknowledged(),
      });
    }
    from = next;
  }
  progress.end();
};
