import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Arrivals } from './sink.process.ts';

export interface Sink {
  port: number;
  /** When each event arrived first, milliseconds since 1970. */
  arrived: ReadonlyMap<string, number>;
  /** Resolves when all of these have. */
  until(eventIds: Iterable<string>): Promise<void>;
  stop(): void;
}

interface Report {
  port?: number;
  arrivals?: Arrivals;
}

/** A web server in a process of its own, so that what it does takes nothing from what is measured. */
export const startSink = async (): Promise<Sink> => {
  const child = fork(fileURLToPath(new URL('./sink.process.js', import.meta.url)));
  const [{ port = 0 }] = (await once(child, 'message')) as [Report];
  const arrived = new Map<string, number>();
  child.on('message', ({ arrivals = [] }: Report) => {
    for (const [eventId, at] of arrivals) if (!arrived.has(eventId)) arrived.set(eventId, at);
  });
  return {
    port,
    arrived,
    until: async (eventIds) => {
      for (const eventId of eventIds) while (!arrived.has(eventId)) await once(child, 'message');
    },
    stop: () => void child.kill(),
  };
};

/** A mail server in a process of its own, which takes everything. */
export const startMailSink = async (): Promise<Pick<Sink, 'port' | 'stop'>> => {
  const child = fork(fileURLToPath(new URL('./mail-sink.process.js', import.meta.url)));
  const [{ port = 0 }] = (await once(child, 'message')) as [Report];
  return { port, stop: () => void child.kill() };
};
