import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../installation/installation.ts';
import { between, totalMs, type Use, usesOf } from './cpu.ts';

/** Far above what an installation uses at rest, for whoever did not measure that. */
const USUAL_REST_MS = 150;
/** Work counts as done when so much CPU or less is used in a second above what is used at rest. */
const TOLERANCE_MS = 50;
const PATIENCE_MS = 600_000;

/** CPU milliseconds a second of each part, when nobody calls. */
export const atRest = async (installation: Installation, seconds: number): Promise<Map<string, Use>> => {
  const before = usesOf(installation);
  await delay(seconds * 1000);
  const used = between(before, usesOf(installation));
  return new Map(
    [...used].map(([part, { cpuMs, written }]) => [part, { cpuMs: cpuMs / seconds, written: written / seconds }]),
  );
};

/**
 * Waits until the installation uses no more than at rest for two seconds in a row: only then everything has happened
 * that a deposit causes, and all its cost is seen. Throws when it does not come to rest within ten minutes.
 */
export const untilCalm = async (installation: Installation, restMsASecond = USUAL_REST_MS): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (let calm = 0; calm < 2; ) {
    if (performance.now() > deadline) throw new Error('the installation does not come to rest');
    const used = totalMs(await atRest(installation, 1));
    calm = used < restMsASecond + TOLERANCE_MS ? calm + 1 : 0;
  }
};
