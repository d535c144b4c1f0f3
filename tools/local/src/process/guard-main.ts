import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { GuardOrder } from './guard.ts';
import type { ProcessIdentity } from './identity.ts';
import { isAlive } from './identity.ts';
import { killGroup } from './program.ts';
import { waitFor } from './wait.ts';

// An interrupt of the whole group is for those we guard, not for us: we end when our input ends.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

const processes = new Map<number, ProcessIdentity>();
const folders = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  const order: GuardOrder = JSON.parse(line);
  if ('watch' in order) processes.set(order.watch.pid, order.watch);
  else if ('forget' in order) processes.delete(order.forget);
  else if ('watchFolder' in order) folders.add(order.watchFolder);
  else folders.delete(order.forgetFolder);
}

const left = [...processes.values()];
left.forEach(killGroup);
await waitFor('the end of the guarded processes', () => !left.some(isAlive), { timeoutMs: 10_000 }).catch(
  () => undefined,
);
// A server's children may write for a moment after it is gone.
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
