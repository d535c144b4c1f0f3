import type { Channel, LeftOut } from '@aftertone/contracts';
import type { HeldStream } from '@aftertone/event-store';
import type { CancelReason, Delivery, PlannedDelivery } from '../deliveries/delivery.ts';

export interface Sending {
  tenantId: string;
  deliveryId: string;
  /** As it stands with this attempt begun. */
  delivery: PlannedDelivery;
  /** Number of this attempt. */
  n: number;
  /** The same for its record. */
  held?: HeldStream<Delivery>;
}

/** How an attempt ended; `detail` is one line that says so without caller data. */
export interface SendOutcome {
  outcome: 'delivered' | 'refused' | 'failed';
  detail: string;
  /** Of a test: the detail with what the other side said, for who tries it out only. */
  quoted?: string;
  /** Of what was refused: it is no failure, because it is not needed any more. */
  cancel?: CancelReason;
  /** Of what was delivered: why its recording did not go along; looked at only where one was wanted. */
  withoutRecording?: LeftOut;
  /** HTTP or SMTP status. */
  status?: number | null;
  /** The other side asks not to be tried before. */
  retryAfterMs?: number;
  /** So long of its age it was kept from being sent, milliseconds: that counts for nothing. */
  heldMs?: number;
  /** Of what failed: it was not tried, and is not given up, however old it is. */
  waits?: boolean;
  /** The other side is there and well, also where it refused: nothing else need wait for it. */
  endpointWell?: boolean;
}

/**
 * One way to reach people. `refused` is for good; `failed` is tried again. Throws only for bugs; the signal ends the
 * attempt.
 */
export type SendOver = (sending: Sending, signal: AbortSignal) => Promise<SendOutcome>;

/** Sends what is due of one group (two or more) as one; it ends in the same way for all of them. */
export type SendTogether = (sendings: readonly Sending[], signal: AbortSignal) => Promise<SendOutcome>;

/** Every way there is. */
export type Channels = Readonly<Partial<Record<Channel, SendOver>>>;
