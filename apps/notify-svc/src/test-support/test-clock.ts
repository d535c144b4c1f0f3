import type { Clock } from '@aftertone/kernel';

/** A clock that runs, and can be put forward. */
export const testClock = () => {
  let aheadMs = 0;
  const clock: Clock = () => new Date(Date.now() + aheadMs);
  return {
    clock,
    forward: (seconds: number): void => {
      aheadMs += seconds * 1000;
    },
    /** So that it shows this now. */
    set: (instant: string): void => {
      aheadMs = Date.parse(instant) - Date.now();
    },
  };
};
