import type { CloudEvent, Delivery } from '@aftertone/contracts';
import { type Arrival, byIdentity } from '../sinks/arrivals.ts';
import { duplicated, type Finding, finding, lost, repeated } from './finding.ts';
import { isAboutMessage, isDeposit, type Snapshot } from './snapshot.ts';

export interface Sinks {
  mail: readonly Arrival[];
  webhooks: readonly Arrival[];
}

export interface NotificationRules {
  /** Why an attempt may have been cut off between sending and recording; undefined: nothing here may have done that. */
  cutsAttempts: string | undefined;
}

/**
 * Everybody was told of everything, once: what must be told comes from the log, what was is asked of the servers that
 * it was sent to.
 */
export function checkNotifications(
  { history, deliveries }: Snapshot,
  sinks: Sinks,
  { cutsAttempts }: NotificationRules,
): Finding[] {
  return [
    ...lost('nobody was to be told', missing(history, deliveries), true),
    ...lost(
      'not sent yet',
      deliveries.filter(({ state }) => state === 'pending' || state === 'sending').map(nameOf),
      true,
    ),
    ...lost('given up', deliveries.filter(({ state }) => state === 'failed').map(nameOf)),
    // Nothing is held back here, no message is purged and nobody leaves: there is no reason to call off anything.
    ...lost('called off', deliveries.filter(({ state }) => state === 'cancelled').map(nameOf)),
    ...duplicated('the same notification twice', repeated(deliveries, identityOf)),
    ...finding(
      'attempts listed as unknown, though nothing can have cut them off',
      cutsAttempts === undefined ? deliveries.filter((one) => cutOff(one) > 0).map(nameOf) : [],
    ),
    ...ofChannel('email', deliveries, sinks.mail),
    ...ofChannel('webhook', deliveries, sinks.webhooks),
  ];
}

const nameOf = ({ channel, id }: Delivery): string => `${channel} ${id}`;
const identityOf = ({ eventId, channel, recipient }: Delivery): string => `${eventId} ${channel} ${recipient}`;
const cutOff = ({ attempts }: Delivery): number => attempts.filter(({ outcome }) => outcome === 'unknown').length;

/** A deposit is told by e-mail and lamp, every event about a message by webhook. */
function missing(history: readonly CloudEvent[], deliveries: readonly Delivery[]): string[] {
  const told = new Set(deliveries.map(({ eventId, channel }) => `${channel} ${eventId}`));
  return history.filter(isAboutMessage).flatMap((event) => {
    const channels = isDeposit(event) ? ['email', 'webhook', 'mwi'] : ['webhook'];
    return channels.map((channel) => `${channel} ${event.id}`).filter((name) => !told.has(name));
  });
}

/**
 * How often a notification came again after it had come, by what its receiver had said before: `taken`, which only an
 * attempt that was cut off before it was recorded excuses; `unanswered`, so that no sender can know that it came.
 */
const repeatsOf = (arrivals: readonly Arrival[]): { taken: number; unanswered: number } => {
  const before = arrivals.slice(0, -1);
  return {
    taken: before.filter(({ answer }) => answer === 'taken').length,
    unanswered: before.filter(({ answer }) => answer === 'none').length,
  };
};

function ofChannel(channel: Delivery['channel'], deliveries: readonly Delivery[], arrivals: readonly Arrival[]) {
  const came = byIdentity(arrivals);
  const ours = deliveries.filter((one) => one.channel === channel);
  const known = new Set(ours.map(({ id }) => id));
  const of = ({ id }: Delivery, answer?: Arrival['answer']): number =>
    (came.get(id) ?? []).filter((one) => answer === undefined || one.answer === answer).length;
  const idsOf = (isWrong: (one: Delivery) => boolean): string[] => ours.filter(isWrong).map(({ id }) => id);
  return [
    ...lost(
      `${channel}: said to be delivered, and never came`,
      idsOf((one) => one.state === 'delivered' && of(one, 'taken') === 0),
    ),
    ...finding(
      `${channel}: came, and nobody knows of it`,
      [...came.keys()].filter((id) => !known.has(id)),
      true,
    ),
    ...duplicated(
      `${channel}: came again after it had been taken, without an attempt that is listed as unknown`,
      idsOf((one) => repeatsOf(came.get(one.id) ?? []).taken > cutOff(one)),
    ),
    ...duplicated(
      `${channel}: left unanswered more often than there are attempts that failed or nobody knows of`,
      idsOf((one) => of(one, 'none') > one.attempts.filter(({ outcome }) => outcome !== 'delivered').length),
      true,
    ),
    ...duplicated(
      `${channel}: came more often than there are attempts`,
      idsOf((one) => of(one) > one.attempts.length),
      true,
    ),
  ];
}

/** What came more than once, and why it may. */
export interface Repeats {
  /** After the receiver had taken it: excused by attempts that are listed as unknown, or a finding. */
  taken: number;
  /** After the receiver itself had left it unanswered. */
  unanswered: number;
  /** Attempts that are listed as unknown, whether anything came of them or not. */
  unknownAttempts: number;
}

export function countRepeats(deliveries: readonly Delivery[], { mail, webhooks }: Sinks): Repeats {
  const repeats = [mail, webhooks].flatMap((arrivals) => [...byIdentity(arrivals).values()].map(repeatsOf));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    taken: sum(repeats.map(({ taken }) => taken)),
    unanswered: sum(repeats.map(({ unanswered }) => unanswered)),
    unknownAttempts: sum(deliveries.map(cutOff)),
  };
}
