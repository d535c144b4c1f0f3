import type { CloudEvent, Delivery } from '@aftertone/contracts';
import type { Ledger } from '../load/ledger.ts';
import { type Arrival, byIdentity } from '../sinks/arrivals.ts';
import { type Finding, finding, repeated } from './finding.ts';
import { isAboutMessage, isDeposit, type Snapshot } from './snapshot.ts';

export interface Sinks {
  mail: readonly Arrival[];
  webhooks: readonly Arrival[];
}

/**
 * Everybody was told of everything, once: what must be told comes from the log, what was is asked of the servers that
 * it was sent to.
 */
export function checkNotifications(ledger: Ledger, { history, deliveries }: Snapshot, sinks: Sinks): Finding[] {
  const touched = new Set(ledger.changes.map(({ messageId }) => messageId));
  const ended = deliveries.filter(({ state }) => state === 'delivered');
  return [
    ...finding('nobody was to be told', missing(history, deliveries), true),
    ...finding(
      'not sent yet',
      deliveries.filter(({ state }) => state === 'pending' || state === 'sending').map(nameOf),
      true,
    ),
    ...finding('given up', deliveries.filter(({ state }) => state === 'failed').map(nameOf)),
    ...finding(
      'called off, though nobody took care of the message',
      deliveries.filter((one) => one.state === 'cancelled' && !touched.has(one.messageId ?? '')).map(nameOf),
    ),
    ...finding('the same notification twice', repeated(deliveries, identityOf)),
    ...ofChannel('email', ended, deliveries, sinks.mail),
    ...ofChannel('webhook', ended, deliveries, sinks.webhooks),
  ];
}

const nameOf = ({ channel, id }: Delivery): string => `${channel} ${id}`;
const identityOf = ({ eventId, channel, recipient }: Delivery): string => `${eventId} ${channel} ${recipient}`;

/** A deposit is told by e-mail and lamp, every event about a message by webhook. */
function missing(history: readonly CloudEvent[], deliveries: readonly Delivery[]): string[] {
  const told = new Set(deliveries.map(({ eventId, channel }) => `${channel} ${eventId}`));
  return history.filter(isAboutMessage).flatMap((event) => {
    const channels = isDeposit(event) ? ['email', 'webhook', 'mwi'] : ['webhook'];
    return channels.map((channel) => `${channel} ${event.id}`).filter((name) => !told.has(name));
  });
}

function ofChannel(
  channel: Delivery['channel'],
  ended: readonly Delivery[],
  all: readonly Delivery[],
  arrivals: readonly Arrival[],
): Finding[] {
  const came = byIdentity(arrivals);
  const known = new Map(all.filter((one) => one.channel === channel).map((one) => [one.id, one]));
  const acceptedOf = (id: string): number => (came.get(id) ?? []).filter(({ accepted }) => accepted).length;
  const cutOff = ({ attempts }: Delivery): number => attempts.filter(({ outcome }) => outcome === 'unknown').length;
  return [
    ...finding(
      `${channel}: said to be delivered, and never came`,
      ended.filter((one) => one.channel === channel && acceptedOf(one.id) === 0).map(({ id }) => id),
    ),
    ...finding(
      `${channel}: came, and nobody knows of it`,
      [...came.keys()].filter((id) => !known.has(id)),
      true,
    ),
    ...finding(
      `${channel}: came again without an attempt that is listed as unknown`,
      [...known.values()].filter((one) => acceptedOf(one.id) > 1 + cutOff(one)).map(({ id }) => id),
    ),
    ...finding(
      `${channel}: came more often than there are attempts`,
      [...known.values()]
        .filter(({ id, attempts }) => (came.get(id) ?? []).length > attempts.length)
        .map(({ id }) => id),
      true,
    ),
  ];
}
