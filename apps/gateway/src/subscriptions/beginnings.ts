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

/** Position of the last event in a service's log; rejects when the service does not answer soon. */
export type HeadOf = (service: ServiceName) => Promise<number>;

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

const seamOf = async (bus: Bus, cell: string, service: ServiceName, headOf: HeadOf): Promise<Seam> => {
  const stream = await StreamPositions.of(bus, cell, service);
  const last = (await stream?.last()) ?? null;
  if (stream !== null && last !== null)
    return {
      service,
      position: last,
      sequences: { ofPosition: await stream.firstAt(last), next: stream.lastSequence + 1 },
    };
  // Nothing was ever published, or the bus was wiped: what its relay brings again is told from history by its place.
  const head = await headOf(service).catch(() => firstPlace.position - 1);
  const next = stream === null ? null : stream.lastSequence + 1;
  return { service, position: head + 1, sequences: next === null ? null : { ofPosition: next, next } };
};

/**
 * Where a new subscription begins to be delivered. A position is delivered whole or not at all: its messages, which are
 * copies for different audiences, may be on the bus in part. So with a replay the live part begins with the first message
 * of the last position that the stream holds, and history ends before it; a cursor beyond that is where history ends.
 */
export const startOf = async (
  beginning: Beginning,
  after: string,
  { bus, cell, headOf }: { bus: Bus; cell: string; headOf: HeadOf },
): Promise<Start> => {
  const seams = await Promise.all(services.map((service) => seamOf(bus, cell, service, headOf)));
  const isNow = beginning === 'now';
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
