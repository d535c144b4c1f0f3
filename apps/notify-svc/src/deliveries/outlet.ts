import type { HandleResult } from '@aftertone/event-store';
import type { AtHand } from './at-hand.ts';
import type { Lane } from './chain.ts';
import type { Delivery, DeliveryEvent } from './delivery.ts';

/** One that is planned just now. */
export interface Departing {
  tenantId: string;
  id: string;
  correlationId: string;
  lane: Lane;
  endpoint: string;
}

/** Puts on record that it is planned and begun, by whom until `leaseUntil` nobody else may send it. */
export type PlanAndStart = (leaseUntil: string) => Promise<HandleResult<Delivery, DeliveryEvent>>;

/** Where planned deliveries go out. */
export interface Outlet {
  /** What waits and is sent soon need not be read again. */
  readonly atHand: AtHand;
  /** These wait now to be sent. */
  queued(departing: readonly Departing[]): void;
  /** Sends it without a place in the queue, where nothing waits before it. Null: there is no place free for that. */
  begin(departing: Departing, plan: PlanAndStart): Promise<void> | null;
}
