import { waitFor } from '@aftertone/local';
import type { Installation } from '../installation/installation.ts';
import type { Replica } from '../installation/replica.ts';
import type { Injection } from '../scenario.ts';

const START_MS = 120_000;

/** Kills the processes at once, as the kernel would; they are started again by whoever keeps them. */
export const killAll = (replicas: readonly Replica[], note: Injection['note']): void => {
  for (const replica of replicas) if (replica.signal('SIGKILL')) note(`kill -9 ${replica.name}`);
};

/** Resolves when all of them serve. */
export const untilReady = async (replicas: readonly Replica[]): Promise<void> => {
  const areReady = async () => (await Promise.all(replicas.map((replica) => replica.isReady()))).every(Boolean);
  await waitFor('every service', areReady, { timeoutMs: START_MS });
};

/** Tells a replica to end and starts it again, as in an upgrade; resolves when requests reach it. */
export async function rolling(installation: Installation, replica: Replica, change?: () => void): Promise<void> {
  await replica.stop();
  change?.();
  await installation.bringBack(replica);
}
