import { setTimeout as delay } from 'node:timers/promises';
import { familyOf, processes } from '../machine/proc.ts';

/** Microseconds of CPU for each event: of this process, of Postgres and of NATS. */
export interface Use {
  node: number;
  postgres: number;
  nats: number;
}

export interface Done<Result> extends Use {
  result: Result;
  perSecond: number;
}

const cpuMs = (pid: number | undefined): number =>
  pid === undefined ? 0 : familyOf(pid, processes()).reduce((sum, use) => sum + use.cpuMs + use.endedChildrenMs, 0);

/** Does something with so many events and tells how fast, and what that took. */
export const timed = async <Result>(
  events: number,
  pids: { postgres?: number; nats?: number },
  work: () => Promise<Result>,
): Promise<Done<Result>> => {
  const before = { node: process.cpuUsage(), postgres: cpuMs(pids.postgres), nats: cpuMs(pids.nats) };
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before.node);
  await delay(300); // until Postgres has counted the sessions that ended
  return {
    result,
    perSecond: events / seconds,
    node: (user + system) / events,
    postgres: (1000 * (cpuMs(pids.postgres) - before.postgres)) / events,
    nats: (1000 * (cpuMs(pids.nats) - before.nats)) / events,
  };
};
