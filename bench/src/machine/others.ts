import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { busyMs, familyOf, processes } from './proc.ts';

const canTell = process.platform === 'linux';

/** Ours are this process, its children, and theirs. */
const ownMs = (): number =>
  familyOf(process.pid, processes()).reduce((sum, { cpuMs, endedChildrenMs }) => sum + cpuMs + endedChildrenMs, 0);

/** Begins to watch; the function that is returned says which share of all cores other programs used since then, 0 to 1. */
export const watchOthers = (): (() => number) => {
  if (!canTell) return () => Number.NaN;
  const [busy, own, at] = [busyMs(), ownMs(), performance.now()];
  return () => {
    const available = (performance.now() - at) * availableParallelism();
    return Math.max(0, busyMs() - busy - (ownMs() - own)) / available;
  };
};

/** The same over the next two seconds. */
export const othersNow = async (): Promise<number> => {
  const share = watchOthers();
  await delay(2_000);
  return share();
};

/** Above this, figures say more about the other programs than about us. */
export const QUIET = 0.05;

export const asPercent = (share: number): string =>
  Number.isNaN(share) ? 'unknown' : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
