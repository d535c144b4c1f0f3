import { type Command, type Decider, notFound, rejected } from '@aftertone/kernel';
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
/** Who has taken the delivery is about to send it. `leaseUntil`: until then nobody else may. */
export type StartAttempt = Command<'StartAttempt', { leaseUntil: string }>;
export type EndAttempt = Command<
  'EndAttempt',
  | { n: number; outcome: 'delivered'; detail: string; status: number | null }
  /** `retryAt` is null when it is given up. */
  | { n: number; outcome: 'failed'; detail: string; status: number | null; retryAt: string | null }
>;
/** The message was purged: forget the caller, and send nothing that has not been sent. */
export type EraseCaller = Command<'EraseCaller', Record<string, never>>;
/** What has failed is to be sent once more. */
export type ReplayDelivery = Command<'ReplayDelivery', Record<string, never>>;
export type RecordBounce = Command<'RecordBounce', { bounce: Bounce }>;
/** It is not needed any more; what is under way cannot be called back. */
export type CancelDelivery = Command<'CancelDelivery', { reason: CancelReason }>;

export type DeliveryCommand =
  | PlanNotification
  | StartAttempt
  | EndAttempt
  | EraseCaller
  | ReplayDelivery
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

const end = ({ data, meta }: EndAttempt, delivery: PlannedDelivery): DeliveryEvent[] => {
  const outcome = delivery.attempts.find(({ n }) => n === data.n)?.outcome;
  const late = outcome === 'unknown'; // given up for cut off, yet it ran: good news is still taken
  if (outcome !== 'sending' && !(late && data.outcome === 'delivered')) return [];
  const { facts, erased } = delivery;
  const attempts = delivery.attempts.length;
  const open = delivery.status === 'sending' || delivery.status === 'pending';
  const retryAt = data.outcome === 'failed' && open && !erased ? data.retryAt : null;
  const { n, detail, status } = data;
  const ended: DeliveryEvent = {
    type: 'AttemptEnded',
    data: { n, endedAt: meta.now, outcome: data.outcome, detail, status, nextAttemptAt: retryAt },
  };
  if (!open || retryAt !== null) return [ended];
  if (data.outcome === 'delivered') return [ended, { type: 'NotificationDelivered', data: { facts, attempts } }];
  if (erased) return [ended, purged];
  return [ended, { type: 'NotificationFailed', data: { facts, attempts, detail } }];
};

const erase = ({ meta }: EraseCaller, delivery: PlannedDelivery): DeliveryEvent[] => {
  if (delivery.erased) return [];
  const erased: DeliveryEvent = { type: 'CallerErased', data: { at: meta.now } };
  // What is being sent cannot be called back: its attempt ends first.
  return delivery.status === 'pending' ? [erased, purged] : [erased];
};

const replay = ({ meta }: ReplayDelivery, { status, erased }: PlannedDelivery): DeliveryEvent[] => {
  if (erased) throw rejected('message-purged', 'The message was purged: nothing is left to be sent.');
  switch (status) {
    case 'pending':
    case 'sending':
      return []; // it is on its way
    case 'delivered':
    case 'cancelled':
      throw rejected('delivery-not-failed', `Only what has failed is sent again; this one is ${status}.`, { status });
    case 'failed':
      return [{ type: 'NotificationReplayed', data: { at: meta.now } }];
  }
};

/** A bounce tells of what was sent: a delivery that is waiting again after a replay is not the one that came back. */
const recordBounce = ({ data }: RecordBounce, delivery: PlannedDelivery): DeliveryEvent[] => {
  if (delivery.status !== 'delivered') return [];
  const { facts, attempts } = delivery;
  return [{ type: 'NotificationBounced', data: { facts, attempts: attempts.length, bounce: data.bounce } }];
};

const decide = (command: DeliveryCommand, delivery: Delivery): DeliveryEvent[] => {
  if (command.type === 'PlanNotification') {
    if (delivery.status !== 'absent') return []; // the event came twice
    return [{ type: 'NotificationPlanned', data: { ...command.data, plannedAt: command.meta.now } }];
  }
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
    case 'RecordBounce':
      return recordBounce(command, delivery);
    case 'CancelDelivery':
      return delivery.status === 'pending' ? [cancelled(command.data.reason)] : [];
  }
};

export const deliveryDecider: Decider<Delivery, DeliveryCommand, DeliveryEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
