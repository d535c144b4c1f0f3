import type { AudioFormat, Channel, DeliveryPurpose, LeftOut, Delivery as PublicDelivery } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

export type Attempt = PublicDelivery['attempts'][number];
export type Bounce = NonNullable<PublicDelivery['bounce']>;

/** What a notification is about and whom it is for. */
export interface DeliveryFacts {
  /** Contract event that asks for it. */
  eventId: string;
  /** Null: it is about no message. */
  messageId: string | null;
  mailboxId: string | null;
  channel: Channel;
  purpose: DeliveryPurpose;
  recipient: string;
  /** The user behind the recipient, where there is one. */
  userId: string | null;
  /**
   * Who names the address or number: the mailbox, a step of an escalation, or who had it sent there instead. Absent: it
   * is told as the user's own. What was planned before this was written down has none.
   */
  named?: 'mailbox' | 'step' | 'replay';
  /** Of the request that led here: it goes on through every attempt. */
  correlationId: string;
}

/** For whom it is written. */
export interface Reader {
  language: string;
  timezone: string;
}

export interface Recording {
  mediaId: string;
  contentType: string;
  bytes: number;
  sha256: string;
  format: AudioFormat;
}

/** A message, as it was when the notification was planned: later changes of the mailbox leave it alone. */
export interface MessageNotice {
  kind: 'message';
  mailbox: { number: string; name: string };
  reader: Reader;
  receivedAt: string;
  /** Null for a message without audio. */
  durationMs: number | null;
  urgent: boolean;
  confidential: boolean;
  /** The recording to attach; null when none is wanted. */
  recording: Recording | null;
  /** A recording that is wanted and may not go along; absent: there is none such. */
  withheld?: Extract<LeftOut, 'confidential' | 'digest'>;
  /** A link to the recording is wanted. */
  link: boolean;
  /** Set where nobody took care of the message in time: which step of how many this is. */
  escalation: { step: number; of: number } | null;
}

/** A contract event for a webhook; its data is in `payload`. */
export interface EventNotice {
  kind: 'event';
  type: string;
  time: string;
}

/** The lamps, with the counts of at least this revision. */
export interface LampsNotice {
  kind: 'lamps';
  revision: number;
}

/** What a mailbox holds and may hold; null: no limit. */
export interface QuotaUsed {
  /** The one that it has reached. */
  limit: 'messages' | 'seconds';
  messages: number;
  maxMessages: number | null;
  /** Of all its messages together. */
  seconds: number;
  maxSeconds: number | null;
}

/** What happened to our own work, or to a mailbox. */
export type SystemMatter =
  | {
      template: 'mailbox-full';
      mailbox: { number: string; name: string };
      quota: QuotaUsed;
    }
  | {
      template: 'webhook-paused';
      /** `since`: of the first of the failures, ISO 8601; `detail`: the last one's. */
      webhook: { name: string; url: string; failures: number; since: string; detail: string };
    }
  | {
      template: 'external-failed';
      mailbox: { number: string; name: string };
      /** When the message came, ISO 8601, and where it could not be sent; why (`detail`) is in `payload`. */
      external: { receivedAt: string; address: string };
    };

/** About something that somebody should look after. */
export type SystemNotice = { kind: 'system'; reader: Reader } & SystemMatter;

export type Notice = MessageNotice | EventNotice | LampsNotice | SystemNotice;

/** Sealed in the log; gone once the message is purged. */
export interface Caller {
  callerNumber: string | null;
  callerName: string | null;
  calledNumber: string | null;
}

/** Everything that a plan decides. */
export interface PlannedContent {
  facts: DeliveryFacts;
  notice: Notice;
  caller?: Caller;
  /** Data of the contract event, for webhooks. Sealed. */
  payload?: Readonly<Record<string, unknown>>;
  /** Not before; absent: at once. */
  dueAt?: string;
  /** What fails as one with it, named uniquely on the platform; absent: what the channel says of the recipient. */
  endpoint?: string;
  /** What is due at one time under one group is sent together (a digest). */
  group?: string;
}

export type CancelReason = 'message-purged' | 'recipient-gone' | 'taken-care-of';

type Event<Type extends string, Data> = DomainEvent<Type, Data>;

interface BouncedData {
  facts: DeliveryFacts;
  attempts: number;
  bounce: Omit<Bounce, 'detail'>;
  detail?: string;
}

export type DeliveryEvent =
  | Event<'NotificationPlanned', PlannedContent & { plannedAt: string }>
  /** `leaseUntil`: when nobody has said by then that it still runs, it counts as cut off. */
  | Event<'AttemptStarted', { n: number; startedAt: string; leaseUntil: string }>
  /** `nextAttemptAt` is null when there is none. */
  | Event<
      'AttemptEnded',
      {
        n: number;
        endedAt: string;
        outcome: 'delivered' | 'failed';
        /** Sealed, as in the events below: absent once the message was purged. */
        detail?: string;
        /** Instead of `detail`, in our own words: they quote nobody, and need not be sealed. */
        plainDetail?: string;
        status?: number | null;
        nextAttemptAt: string | null;
      }
    >
  /** A crash cut the attempt off between sending and recording: nobody knows what became of it. */
  | Event<'AttemptUnknown', { n: number; foundAt: string }>
  /** `withoutRecording`: one was wanted with it. */
  | Event<'NotificationDelivered', { facts: DeliveryFacts; attempts: number; withoutRecording?: LeftOut }>
  | Event<'NotificationFailed', { facts: DeliveryFacts; attempts: number; detail?: string }>
  /** The recipient's server took the e-mail and sent it back later. */
  | Event<'NotificationBounced', BouncedData>
  /** What had failed is sent once more; its time begins anew. */
  | Event<'NotificationReplayed', { at: string }>
  /** What had failed is sent to another address instead, as a delivery of its own. */
  | Event<'NotificationRedirected', { deliveryId: string; recipient: string; at: string }>
  | Event<'NotificationCancelled', { reason: CancelReason }>
  /** The message was purged: the key of the caller's data went with this event. */
  | Event<'CallerErased', { at: string }>;

export interface PlannedDelivery extends Omit<PlannedContent, 'dueAt'> {
  status: 'pending' | 'sending' | 'delivered' | 'failed' | 'cancelled';
  attempts: readonly Attempt[];
  plannedAt: string;
  /** When it was planned or, later, replayed: its age counts from here. */
  since: string;
  /** While pending: when it is tried. */
  dueAt: string;
  /** While sending: the end of the attempt's lease as it was recorded; renewals are not events. */
  leaseUntil: string;
  bounce: Bounce | null;
  /** Delivered, and why without the recording that was wanted. */
  withoutRecording: LeftOut | null;
  /** The delivery to another address that took its place. */
  replacedBy: string | null;
  erased: boolean;
}

export type Delivery = { status: 'absent' } | PlannedDelivery;

const withAttempt = (delivery: PlannedDelivery, n: number, change: Partial<Attempt>): readonly Attempt[] =>
  delivery.attempts.map((attempt) => (attempt.n === n ? { ...attempt, ...change } : attempt));

const planned = ({ plannedAt, dueAt = plannedAt, ...content }: PlannedContent & { plannedAt: string }): Delivery => {
  const since = dueAt > plannedAt ? dueAt : plannedAt; // what was held back on purpose is not old yet
  const times = { plannedAt, since, dueAt, leaseUntil: plannedAt };
  const open = { bounce: null, withoutRecording: null, replacedBy: null, erased: false };
  return { ...content, status: 'pending', attempts: [], ...times, ...open };
};

/** What came back; where the server's words are gone its status code stands for them. */
export const withDetail = ({ bounce, detail = bounce.status }: Pick<BouncedData, 'bounce' | 'detail'>): Bounce => ({
  ...bounce,
  detail,
});

/** What is left to be told of an answer whose words are gone. */
const bareDetail = (status: number | null): string | null => (status === null ? null : String(status));

/** Outcome, status and times stay. */
const withoutWords = (attempts: readonly Attempt[]): readonly Attempt[] =>
  attempts.map((attempt) => ({ ...attempt, detail: bareDetail(attempt.status) }));

/** The delivery after one of its events. */
export const evolve = (state: Delivery, event: DeliveryEvent): Delivery => {
  if (event.type === 'NotificationPlanned') return planned(event.data);
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'AttemptStarted': {
      const { n, startedAt, leaseUntil } = event.data;
      const attempt: Attempt = { n, startedAt, endedAt: null, outcome: 'sending', detail: null, status: null };
      return { ...state, status: 'sending', attempts: [...state.attempts, attempt], leaseUntil };
    }
    case 'AttemptEnded': {
      const { n, endedAt, outcome, status = null, plainDetail, detail = plainDetail, nextAttemptAt } = event.data;
      const told = state.erased || detail === undefined ? bareDetail(status) : detail;
      const attempts = withAttempt(state, n, { endedAt, outcome, detail: told, status });
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
      return { ...state, status: 'delivered', withoutRecording: event.data.withoutRecording ?? null };
    case 'NotificationFailed':
      return { ...state, status: 'failed' };
    case 'NotificationBounced':
      return { ...state, status: 'failed', bounce: withDetail(event.data) };
    case 'NotificationReplayed': {
      const { at } = event.data;
      return { ...state, status: 'pending', since: at, dueAt: at, bounce: null, withoutRecording: null };
    }
    case 'NotificationRedirected':
      return { ...state, replacedBy: event.data.deliveryId };
    case 'NotificationCancelled':
      return { ...state, status: 'cancelled' };
    case 'CallerErased': {
      const { caller: _, payload: __, attempts, bounce, ...rest } = state;
      return { ...rest, attempts: withoutWords(attempts), bounce: bounce && withDetail({ bounce }), erased: true };
    }
  }
};
