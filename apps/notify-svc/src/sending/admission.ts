import type { SendOutcome } from './channel.ts';
import type { Circuits } from './circuits.ts';
import type { Share, Work, WorkList } from './work-list.ts';

/** Who decides what of the due work is done now. */
export interface Admission {
  shares(running: readonly Work[], now: Date): Share[];
  /** Whether a place is free for a first attempt at this. */
  hasPlace(running: readonly Work[], endpoint: string): boolean;
  /** 0: now, until `ended`; otherwise how long it has to wait, milliseconds. */
  begin(work: Work, now: Date): number;
  /** Null: nothing was sent. */
  ended(work: Work, result: SendOutcome | null, now: Date): Promise<void>;
}

/** So many first attempts, and so many further ones: for a lane where everything goes to one server. */
export const byCount = ({ first, further }: { first: number; further: number }): Admission => ({
  shares: (running) => {
    const retries = running.filter(({ retry }) => retry).length;
    return [
      { limit: first - (running.length - retries), retry: false, only: null, without: [] },
      { limit: further - retries, retry: true, only: null, without: [] },
    ];
  },
  hasPlace: (running) => running.filter(({ retry }) => !retry).length < first,
  begin: () => 0,
  ended: async () => undefined,
});

/** By how each endpoint does: for a lane where each delivery may go to another server. */
export const byEndpoint = (circuits: Circuits, workList: WorkList): Admission => ({
  shares: (running, now) => circuits.shares(running, now),
  hasPlace: (running, endpoint) => circuits.hasPlace(running, endpoint),
  begin: (work, now) => circuits.begin(work, now),
  ended: async (work, result, now) => {
    const { openMs, closed } = circuits.ended(work, result, now);
    if (openMs > 0) await workList.hold(work.endpoint, now, new Date(now.getTime() + openMs));
    if (closed) await workList.release(work.endpoint, now);
  },
});
