import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after so long; keeps no process alive. */
export const deadline = (ms: number): Promise<void> => delay(ms, undefined, { ref: false });
