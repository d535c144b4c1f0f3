import type { LeftOut } from '@aftertone/contracts';
import { type Command, conflict, type Decider, notFound, rejected } from '@aftertone/kernel';
import {
  type Bounce,
  type CancelReason,
  type Delivery,
  type DeliveryEvent,
  evolve,
  type PlannedContent,
  type PlannedDelivery,
} from './delivery.ts';

export type PlanNotification = Command<'PlanNotification', PlannedContent>;
/** What is told on our own bus, which is an append as well, is planned and on record as sent in one. */
export type DeliverAtOnce = Command<'DeliverAtOnce', { content: PlannedContent; detail: string }>;
/** What is sent as soon as it is planned, by who plans it. */
export type PlanAndStart = Command<'PlanAndStart', { content: PlannedContent; leaseUntil: string }>;
/** Who has taken the delivery is about to send it. `leaseUntil`: until then nobody else may. */
export type StartAttempt = Command<'StartAttempt', { leaseUntil: string }>;
export type EndAttempt = Command<
  'EndAttempt',
  /** `withoutRecording`: one was wanted with it. */
  | { n: number; outcome: 'delivered'; detail: string; status: number | null; withoutRecording?: LeftOut }
  /** `retryAt` is null when it is given up; `cancel`: it is not needed any more. */
  | {
      n: number;
      outcome: 'failed';
      detail: string;
      status: number | null;
      retryAt: string | null;
      cancel?: CancelReason;
      /** The detail with what the other side said, for who looks at a test; it is not told on. */
      quoted?: string;
    }
>;
/** The message was purged: forget the caller, and send nothing that has not been sent. */
export type EraseCaller = Command<'EraseCaller', Record<string, never>>;
/** What has failed is to be sent once more. */
export type ReplayDelivery = Command<'ReplayDelivery', Record<string, never>>;
/** What has failed is sent to another address instead, as the delivery of this id. */
export type RedirectDelivery = Command<'RedirectDelivery', { deliveryId: string; recipient: string }>;
export type RecordBounce = Command<'RecordBounce', { bounce: Bounce }>;
/**
 * It is not needed any more; what is under way cannot be called back. `taken-care-of` ends only what was held back on
 * purpose, what is no use late, and steps of an escalation: of what should have been sent already nothing is missing.
 */
export type CancelDelivery = Command<'CancelDelivery', { reason: CancelReason }>;

export type DeliveryCommand =
  | PlanNotification
  | DeliverAtOnce
  | PlanAndStart
  | StartAttempt
  | EndAttempt
  | EraseCaller
  | ReplayDelivery
  | RedirectDelivery
  | RecordBounce
  | CancelDelivery;

const cancelled = (reason: CancelReason): DeliveryEvent => ({ type: 'NotificationCancelled', data: { reason } });
const purged = cancelled('message-purged');

const start = ({ data, meta }: StartAttempt, delivery: PlannedDelivery): DeliveryEvent[] => {
  const n = delivery.attempts.length + 1;
  const started: DeliveryEvent = {
    type: 'AttemptStarted',
    data: { n, startedAt: meta.now, leaseUntil: data.leaseUntil },
  };
  switch (delivery.status) {
    case 'delivered':
    case 'failed':
    case 'cancelled':
      return [];
    case 'pending':
      return meta.now < delivery.dueAt ? [] : [started]; // another one was faster
    case 'sending': {
      if (meta.now < delivery.leaseUntil) return [];
      const unknown: DeliveryEvent = { type: 'AttemptUnknown', data: { n: n - 1, foundAt: meta.now } };
      return [unknown, delivery.erased ? purged : started];
    }
  }
};

/** Servers quote what they were sent: of a purged message nobody keeps their words. */
const unlessErased = (erased: boolean, detail: string) => (erased ? {} : { detail });

/** Of lamps we say ourselves what came of them. */
const detailOf = ({ facts, erased }: PlannedDelivery, detail: string) =>
  facts.channel === 'mwi' ? { plainDetail: detail } : unlessErased(erased, detail);

const end = ({ data, meta }: EndAttempt, delivery: PlannedDelivery): DeliveryEvent[] => {
  const outcome = delivery.attempts.find(({ n }) => n === data.n)?.outcome;
  const late = outcome === 'unknown'; // given up for cut off, yet it ran: good news is still taken
  if (outcome !== 'sending' && !(late && data.outcome === 'delivered')) return [];
  const { facts, erased } = delivery;
  const attempts = delivery.attempts.length;
  const open = delivery.status === 'sending' || delivery.status === 'pending';
  const retryAt = data.outcome === 'failed' && open && !erased ? data.retryAt : null;
  const { n, detail, status } = data;
  const { quoted = detail } = data.outcome === 'failed' ? data : {};
  const ended: DeliveryEvent = {
    type: 'AttemptEnded',
    data: {
      n,
      endedAt: meta.now,
      outcome: data.outcome,
      status,
      nextAttemptAt: retryAt,
      ...detailOf(delivery, quoted),
    },
  };
  if (!open || retryAt !== null) return [ended];
  if (data.outcome === 'delivered') {
    const { withoutRecording } = data;
    const told = { facts, attempts, ...(withoutRecording !== undefined && { withoutRecording }) };
    return [ended, { type: 'NotificationDelivered', data: told }];
  }
  if (erased) return [ended, purged];
  if (data.cancel !== undefined) return [ended, cancelled(data.cancel)];
  return [ended, { type: 'NotificationFailed', data: { facts, attempts, detail } }];
};

const erase = ({ meta }: EraseCaller, delivery: PlannedDelivery): DeliveryEvent[] => {
  if (delivery.erased) return [];
  const erased: DeliveryEvent = { type: 'CallerErased', data: { at: meta.now } };
  // What is being sent cannot be called back: its attempt ends first.
  return delivery.status === 'pending' ? [erased, purged] : [erased];
};

const notFailed = (status: PlannedDelivery['status']) =>
  rejected('delivery-not-failed', `Only what has failed is sent again; this one is ${status}.`, { status });

const requireContent = ({ erased }: PlannedDelivery): void => {
  if (erased) throw rejected('message-purged', 'The message was purged: nothing is left to be sent.');
};

const replaced = (by: string) =>
  rejected('delivery-replaced', 'It was sent to another address instead: that delivery is the one to replay.', {
    deliveryId: by,
  });

const replay = ({ meta }: ReplayDelivery, delivery: PlannedDelivery): DeliveryEvent[] => {
  requireContent(delivery);
  if (delivery.replacedBy !== null) throw replaced(delivery.replacedBy);
  switch (delivery.status) {
    case 'pending':
    case 'sending':
      return []; // it is on its way
    case 'delivered':
    case 'cancelled':
      throw notFailed(delivery.status);
    case 'failed':
      return [{ type: 'NotificationReplayed', data: { at: meta.now } }];
  }
};

const redirect = ({ data, meta }: RedirectDelivery, delivery: PlannedDelivery): DeliveryEvent[] => {
  requireContent(delivery);
  if (delivery.replacedBy === data.deliveryId) return []; // asked for again
  if (delivery.replacedBy !== null) throw replaced(delivery.replacedBy);
  if (delivery.status !== 'failed') throw notFailed(delivery.status);
  return [{ type: 'NotificationRedirected', data: { ...data, at: meta.now } }];
};

/**
 * A bounce tells of what was sent: a delivery that is waiting again after a replay is not the one that came back. It can
 * be faster than the record of the answer; then it has to come once more.
 */
const recordBounce = ({ data }: RecordBounce, delivery: PlannedDelivery): DeliveryEvent[] => {
  if (delivery.status === 'sending') {
    throw conflict('delivery-under-way', 'The attempt has not been recorded yet: bring the bounce again in a minute.');
  }
  if (delivery.status !== 'delivered') return [];
  const { facts, attempts, erased } = delivery;
  const { detail, ...bounce } = data.bounce;
  const told = { facts, attempts: attempts.length, bounce, ...unlessErased(erased, detail) };
  return [{ type: 'NotificationBounced', data: told }];
};

const isHeldBack = ({ attempts, since, plannedAt }: PlannedDelivery): boolean =>
  attempts.length === 0 && since > plannedAt;

/** They tell of what is new now: late they would only disturb. */
const goesStale = ({ facts }: PlannedDelivery): boolean => facts.channel === 'push' || facts.channel === 'sms';

/** It asks for somebody to take care. */
const asksForCare = ({ facts }: PlannedDelivery): boolean => facts.purpose === 'escalation';

const endsWithCare = (delivery: PlannedDelivery): boolean =>
  isHeldBack(delivery) || goesStale(delivery) || asksForCare(delivery);

const cancel = ({ data }: CancelDelivery, delivery: PlannedDelivery): DeliveryEvent[] => {
  const still = delivery.status === 'pending' && (data.reason !== 'taken-care-of' || endsWithCare(delivery));
  return still ? [cancelled(data.reason)] : [];
};

const plan = (content: PlannedContent, now: string): DeliveryEvent => ({
  type: 'NotificationPlanned',
  data: { ...content, plannedAt: now },
});

const deliverAtOnce = ({ data: { content, detail }, meta: { now } }: DeliverAtOnce): DeliveryEvent[] => [
  plan(content, now),
  { type: 'AttemptStarted', data: { n: 1, startedAt: now, leaseUntil: now } },
  {
    type: 'AttemptEnded',
    data: { n: 1, endedAt: now, outcome: 'delivered', status: null, nextAttemptAt: null, plainDetail: detail },
  },
  { type: 'NotificationDelivered', data: { facts: content.facts, attempts: 1 } },
];

const planAndStart = ({ data: { content, leaseUntil }, meta: { now } }: PlanAndStart): DeliveryEvent[] => [
  plan(content, now),
  { type: 'AttemptStarted', data: { n: 1, startedAt: now, leaseUntil } },
];

type Planning = PlanNotification | DeliverAtOnce | PlanAndStart;

const isPlanning = (command: DeliveryCommand): command is Planning =>
  command.type === 'PlanNotification' || command.type === 'DeliverAtOnce' || command.type === 'PlanAndStart';

const begin = (command: Planning): DeliveryEvent[] => {
  switch (command.type) {
    case 'PlanNotification':
      return [plan(command.data, command.meta.now)];
    case 'DeliverAtOnce':
      return deliverAtOnce(command);
    case 'PlanAndStart':
      return planAndStart(command);
  }
};

const decide = (command: DeliveryCommand, delivery: Delivery): DeliveryEvent[] => {
  if (isPlanning(command)) return delivery.status === 'absent' ? begin(command) : []; // the event came twice
  if (delivery.status === 'absent') throw notFound('delivery-not-found', 'There is no such notification.');
  switch (command.type) {
    case 'StartAttempt':
      return start(command, delivery);
    case 'EndAttempt':
      return end(command, delivery);
    case 'EraseCaller':
      return erase(command, delivery);
    case 'ReplayDelivery':
      return replay(command, delivery);
    case 'RedirectDelivery':
      return redirect(command, delivery);
    case 'RecordBounce':
      return recordBounce(command, delivery);
    case 'CancelDelivery':
      return cancel(command, delivery);
  }
};

export const deliveryDecider: Decider<Delivery, DeliveryCommand, DeliveryEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
