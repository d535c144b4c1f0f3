import { setTimeout as delay } from 'node:timers/promises';
import { familyOf, processes } from '../machine/proc.ts';
import type { Writers, WritersFigures } from './writers.ts';

/** What is watched while something works. */
export interface Watched {
  postgres?: number;
  nats?: number;
  /** Who writes meanwhile. */
  writers?: Writers;
}

/** What the work came to. */
export interface Work {
  /** Events that it went through, all of them, however many there were to begin with. */
  events: number;
  /** Messages that it put on the bus. */
  messages?: number;
}

export interface Done {
  perSecond: number;
  messagesPerSecond: number | null;
  /** Microseconds of CPU for each event: of this process, of Postgres and of NATS; null where others used them, too. */
  node: number | null;
  postgres: number | null;
  nats: number | null;
  /** Of the same time. */
  writers: WritersFigures | null;
}

const cpuMs = (pid: number | undefined): number =>
  pid === undefined ? 0 : familyOf(pid, processes()).reduce((sum, use) => sum + use.cpuMs + use.endedChildrenMs, 0);

/** Does something and tells how fast, what that took, and what writers came to in exactly that time. */
export const timed = async (pids: Watched, work: () => Promise<Work>): Promise<Done> => {
  const before = { node: process.cpuUsage(), postgres: cpuMs(pids.postgres), nats: cpuMs(pids.nats) };
  await pids.writers?.count();
  const began = performance.now();
  const { events, messages } = await work();
  const seconds = (performance.now() - began) / 1000;
  const writers = (await pids.writers?.count()) ?? null;
  const { user, system } = process.cpuUsage(before.node);
  const rates = { perSecond: events / seconds, messagesPerSecond: messages === undefined ? null : messages / seconds };
  if (writers !== null) return { ...rates, node: null, postgres: null, nats: null, writers };
  await delay(300); // until Postgres has counted the sessions that ended
  return {
    ...rates,
    node: (user + system) / events,
    postgres: (1000 * (cpuMs(pids.postgres) - before.postgres)) / events,
    nats: (1000 * (cpuMs(pids.nats) - before.nats)) / events,
    writers,
  };
};
