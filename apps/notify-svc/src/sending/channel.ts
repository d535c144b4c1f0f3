import type { PlannedDelivery } from '../deliveries/delivery.ts';

export interface Sending {
  tenantId: string;
  deliveryId: string;
  /** As it stands with this attempt begun. */
  delivery: PlannedDelivery;
  /** Number of this attempt. */
  n: number;
}

/** How an attempt ended; `detail` is one line that says so without caller data. */
export type SendOutcome = { outcome: 'delivered' | 'refused' | 'failed'; detail: string };

/**
 * One way to reach people. `refused` is for good; `failed` is tried again. Throws only for bugs; the signal ends the
 * attempt.
 */
export type SendOver = (sending: Sending, signal: AbortSignal) => Promise<SendOutcome>;
