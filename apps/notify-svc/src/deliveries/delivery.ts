import type { Delivery as PublicDelivery } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

export type Channel = PublicDelivery['channel'];
export type Attempt = PublicDelivery['attempts'][number];

/** What a notification is about and whom it is for. */
export interface DeliveryFacts {
  /** Contract event that asks for it. */
  eventId: string;
  messageId: string;
  mailboxId: string;
  channel: Channel;
  recipient: string;
  /** Of the request that led to the message: it goes on through every attempt. */
  correlationId: string;
}

/** What the notification says, as it was when the message came: later changes of the mailbox leave it alone. */
export interface Notice {
  mailbox: { number: string; name: string; timezone: string; language: string };
  receivedAt: string;
  /** Null for a message without audio. */
  durationMs: number | null;
  urgent: boolean;
  confidential: boolean;
  /** The recording to attach; null when none is wanted. */
  recording: { mediaId: string; contentType: string; bytes: number; sha256: string } | null;
}

/** Sealed in the log; gone once the message is purged. */
export interface Caller {
  callerNumber: string | null;
  callerName: string | null;
  calledNumber: string | null;
}

type Event<Type extends string, Data> = DomainEvent<Type, Data>;

export type DeliveryEvent =
  | Event<'NotificationPlanned', { facts: DeliveryFacts; notice: Notice; caller?: Caller; plannedAt: string }>
  /** `leaseUntil`: when nobody has said by then that it still runs, it counts as cut off. */
  | Event<'AttemptStarted', { n: number; startedAt: string; leaseUntil: string }>
  /** `nextAttemptAt` is null when there is none. */
  | Event<
      'AttemptEnded',
      { n: number; endedAt: string; outcome: 'delivered' | 'failed'; detail: string; nextAttemptAt: string | null }
    >
  /** A crash cut the attempt off between sending and recording: nobody knows what became of it. */
  | Event<'AttemptUnknown', { n: number; foundAt: string }>
  | Event<'NotificationDelivered', { facts: DeliveryFacts; attempts: number }>
  | Event<'NotificationFailed', { facts: DeliveryFacts; attempts: number; detail: string }>
  | Event<'NotificationCancelled', { reason: 'message-purged' }>
  /** The message was purged: the key of the caller's data went with this event. */
  | Event<'CallerErased', { at: string }>;

export interface PlannedDelivery {
  status: 'pending' | 'sending' | 'delivered' | 'failed' | 'cancelled';
  facts: DeliveryFacts;
  notice: Notice;
  caller: Caller | undefined;
  attempts: readonly Attempt[];
  plannedAt: string;
  /** While pending: when it is tried. */
  dueAt: string;
  /** While sending: the end of the attempt's lease as it was recorded; renewals are not events. */
  leaseUntil: string;
  erased: boolean;
}

export type Delivery = { status: 'absent' } | PlannedDelivery;

const withAttempt = (delivery: PlannedDelivery, n: number, change: Partial<Attempt>): readonly Attempt[] =>
  delivery.attempts.map((attempt) => (attempt.n === n ? { ...attempt, ...change } : attempt));

/** The delivery after one of its events. */
export const evolve = (state: Delivery, event: DeliveryEvent): Delivery => {
  if (event.type === 'NotificationPlanned') {
    const { facts, notice, caller, plannedAt } = event.data;
    const times = { plannedAt, dueAt: plannedAt, leaseUntil: plannedAt };
    return { status: 'pending', facts, notice, caller, attempts: [], ...times, erased: false };
  }
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'AttemptStarted': {
      const { n, startedAt, leaseUntil } = event.data;
      const attempt: Attempt = { n, startedAt, endedAt: null, outcome: 'sending', detail: null };
      return { ...state, status: 'sending', attempts: [...state.attempts, attempt], leaseUntil };
    }
    case 'AttemptEnded': {
      const { n, endedAt, outcome, detail, nextAttemptAt } = event.data;
      const attempts = withAttempt(state, n, { endedAt, outcome, detail });
      return nextAttemptAt === null
        ? { ...state, attempts }
        : { ...state, attempts, status: 'pending', dueAt: nextAttemptAt };
    }
    case 'AttemptUnknown':
      return {
        ...state,
        attempts: withAttempt(state, event.data.n, { endedAt: event.data.foundAt, outcome: 'unknown' }),
      };
    case 'NotificationDelivered':
      return { ...state, status: 'delivered' };
    case 'NotificationFailed':
      return { ...state, status: 'failed' };
    case 'NotificationCancelled':
      return { ...state, status: 'cancelled' };
    case 'CallerErased':
      return { ...state, caller: undefined, erased: true };
  }
};
