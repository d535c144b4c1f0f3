import { eventStreamName, type ServiceName, serviceSubjects } from '@aftertone/contracts';
import type { Bus } from '../bus/bus.ts';
import type { IncomingEvent } from '../consumer/incoming-event.ts';
import type { Log } from '../log.ts';
import { StreamTail } from './stream-tail.ts';

export interface TailedEvent extends IncomingEvent {
  service: ServiceName;
}

export interface TailOptions {
  bus: Bus;
  cell: string;
  /** Whose events; all services unless given. */
  services?: readonly ServiceName[];
  /** Every canonical event of a service in the order of its log, once. Must not throw and must not wait. */
  onEvent: (event: TailedEvent) => void;
  /**
   * Events of this service may be missing before the next one: its tail begins, or the bus dropped or lost some. Who
   * needs all of them reads on from the service's log.
   */
  onGap: (service: ServiceName) => void;
  log?: Log;
}

export interface Tail {
  /** Whether the events of a service come as they happen now. */
  isLive(service: ServiceName): boolean;
  close(): Promise<void>;
}

const allServices: readonly ServiceName[] = ['mailbox', 'media', 'notify', 'gateway'];

/** Follows the newest events of all services, for subscribers that are connected now. Every process sees all of them. */
export const tailEvents = (options: TailOptions): Tail => {
  const { bus, cell, services = allServices, onEvent, onGap, log } = options;
  const tails = new Map(
    services.map((service) => {
      const [canonical, ...copies] = serviceSubjects[service];
      const tail = new StreamTail({
        bus,
        stream: eventStreamName(cell, service),
        // Servers before 2.10 hold a filter against every subject they know for each message, and each recording has its own.
        filter: copies.length > 0 ? canonical : undefined,
        onEvent: (event) => onEvent({ ...event, service }),
        onGap: () => onGap(service),
        log,
      });
      return [service, tail] as const;
    }),
  );
  return {
    isLive: (service) => tails.get(service)?.isLive ?? false,
    close: async () => {
      await Promise.all([...tails.values()].map((tail) => tail.close()));
    },
  };
};
