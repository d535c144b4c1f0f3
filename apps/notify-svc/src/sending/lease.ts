import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@aftertone/kernel';
import type { Work, WorkList } from './work-list.ts';

export interface LeaseParts {
  workList: WorkList;
  clock: Clock;
  /** How often the lease is renewed; a third of its length or less. */
  everyMs: number;
}

/**
 * Runs `work` while renewing the lease on it. The signal aborts when the lease is lost: then another replica sends it.
 * A renewal that fails is tried again; until the lease is over nobody else takes the delivery.
 */
export const underLease = async <T>(
  { workList, clock, everyMs }: LeaseParts,
  { item, n }: Leased,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> => {
  const lost = new AbortController();
  const ended = new AbortController();
  const renewing = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await delay(everyMs, undefined, { signal: ended.signal });
      const kept = await workList.renew(item, n, clock()).catch(() => true);
      if (!kept && !ended.signal.aborted) lost.abort(new Error('another process has taken the delivery over'));
    }
  };
  const renewed = renewing().catch(() => undefined);
  try {
    return await work(lost.signal);
  } finally {
    ended.abort();
    await renewed;
  }
};

interface Leased {
  item: Pick<Work, 'tenantId' | 'id'>;
  n: number;
}

/** The same for what is sent together: the signal aborts when any of the leases is lost. */
export const underLeases = <T>(
  parts: LeaseParts,
  [first, ...rest]: readonly Leased[],
  work: (lost: AbortSignal) => Promise<T>,
  lost: readonly AbortSignal[] = [],
): Promise<T> => {
  if (first === undefined) return work(AbortSignal.any([...lost]));
  return underLease(parts, first, (signal) => underLeases(parts, rest, work, [...lost, signal]));
};
