import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@aftertone/contracts';
import { type Bus, StreamPositions } from '@aftertone/messaging';
import {
  type Beginning,
  firstPlace,
  laterPlace,
  type Place,
  type Places,
  services,
  writeCursor,
} from '../events/places.ts';
import type { Positions } from './subscription.entity.ts';

interface Surroundings {
  bus: Bus;
  cell: string;
  /** Position of the last event in a service's log; rejects when the service does not answer. */
  headOf(service: ServiceName): Promise<number>;
}

export interface Start {
  /** Where the live part begins, in the logs. */
  positions: Positions;
  /** The same in the streams; services whose stream is missing are absent. */
  sequences: ReadonlyMap<ServiceName, number>;
  /** The stretch of history before it; null when nothing of that is wanted. */
  replay: { after: string; until: string } | null;
}

interface Seam {
  service: ServiceName;
  position: number;
  /** Where the stream's last position begins, and what comes next in it. */
  sequences: { ofPosition: number; next: number } | null;
}

/** How long a subscription that begins now waits for what has happened before to get onto the bus. */
const relayedWithinMs = 500;
const lookEveryMs = 20;

/** The stream, once it holds what the log does; some positions publish nothing, so that this cannot be waited for long. */
const caughtUp = async (view: () => Promise<StreamPositions | null>, head: number): Promise<StreamPositions | null> => {
  const end = performance.now() + relayedWithinMs;
  for (;;) {
    const stream = await view();
    if (((await stream?.last()) ?? 0) >= head || performance.now() > end) return stream;
    await delay(lookEveryMs);
  }
};

const seamOf = async (service: ServiceName, isNow: boolean, { bus, cell, headOf }: Surroundings): Promise<Seam> => {
  const view = () => StreamPositions.of(bus, cell, service);
  const head = await headOf(service).catch(() => firstPlace.position - 1);
  const stream = isNow ? await caughtUp(view, head) : await view();
  const last = (await stream?.last()) ?? null;
  if (stream !== null && last !== null)
    return {
      service,
      position: last,
      sequences: { ofPosition: await stream.firstAt(last), next: stream.lastSequence + 1 },
    };
  // Nothing was ever published, or the bus was wiped: what its relay brings again is told from history by its place.
  const next = stream === null ? null : stream.lastSequence + 1;
  return { service, position: head + 1, sequences: next === null ? null : { ofPosition: next, next } };
};

/**
 * Where a new subscription begins to be delivered. A position is delivered whole or not at all: its messages, which are
 * copies for different audiences, may be on the bus in part. So with a replay the live part begins with the first message
 * of the last position that the stream holds, and history ends before it; a cursor beyond that is where history ends.
 */
export const startOf = async (beginning: Beginning, after: string, surroundings: Surroundings): Promise<Start> => {
  const isNow = beginning === 'now';
  const seams = await Promise.all(services.map((service) => seamOf(service, isNow, surroundings)));
  const sequences = new Map(
    seams.flatMap(({ service, sequences }) =>
      sequences === null ? [] : [[service, isNow ? sequences.next : sequences.ofPosition] as const],
    ),
  );
  const positions: Positions = Object.fromEntries(seams.map(({ service, position }) => [service, position]));
  if (isNow) return { positions, sequences, replay: null };
  const until: Places = Object.fromEntries(
    seams.map(({ service, position }): [ServiceName, Place] => [
      service,
      laterPlace(beginning[service], { position, part: 0 }),
    ]),
  );
  return { positions, sequences, replay: { after, until: writeCursor(until) } };
};
