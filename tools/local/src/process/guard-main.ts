import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { GuardOrder } from './guard.ts';
import type { ProcessIdentity } from './identity.ts';
import { isAlive, signal } from './identity.ts';
import { killGroup } from './program.ts';
import { waitFor } from './wait.ts';

// An interrupt of the whole group is for those we guard, not for us: we end when our input ends.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

type Watched = Extract<GuardOrder, { watch: ProcessIdentity }>;

const ORDERLY_END_MS = 60_000;
const processes = new Map<number, Watched>();
const folders = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  const order: GuardOrder = JSON.parse(line);
  if ('watch' in order) processes.set(order.watch.pid, order);
  else if ('forget' in order) processes.delete(order.forget);
  else if ('watchFolder' in order) folders.add(order.watchFolder);
  else folders.delete(order.forgetFolder);
}

await Promise.all([...processes.values()].map(end));
// A server's children may write for a moment after it is gone.
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

async function end({ watch, stopSignal }: Watched): Promise<void> {
  const isGone = (): boolean => !isAlive(watch);
  if (stopSignal !== undefined) {
    signal(watch, stopSignal);
    await waitFor('the orderly end', isGone, { timeoutMs: ORDERLY_END_MS }).catch(() => undefined);
  }
  killGroup(watch);
  await waitFor('the end', isGone, { timeoutMs: 10_000 }).catch(() => undefined);
}
