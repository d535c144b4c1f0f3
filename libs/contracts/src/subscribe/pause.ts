import { setTimeout as delay } from 'node:timers/promises';

const firstMs = 250;
const mostMs = 10_000;

/** Waits before the n-th repeat (from 0), longer each time and never quite as long as others do; ends early on abort. */
export const pause = async (n: number, signal: AbortSignal): Promise<void> => {
  const ms = Math.min(mostMs, firstMs * 2 ** Math.min(n, 10));
  await delay(ms * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
};
