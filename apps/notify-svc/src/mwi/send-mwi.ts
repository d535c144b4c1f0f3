import { setTimeout as delay } from 'node:timers/promises';
import type { Counts } from '@aftertone/contracts';
import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { KnownCounts } from '../known/known-counts.ts';
import type { SendOver } from '../sending/channel.ts';
import { lampsAggregate } from './lamps.ts';

export interface MwiParts {
  store: EventStore;
  counts: KnownCounts;
  clock: Clock;
}

/** The counts are told right after the message; longer than this it takes only when something is broken. */
const patienceMs = 3_000;
const lookMs = 50;

const countsOf = async (
  known: KnownCounts,
  key: { tenantId: string; mailboxId: string },
  revision: number,
): Promise<Counts | null> => {
  const until = performance.now() + patienceMs;
  for (;;) {
    const counts = await known.find(key);
    if ((counts !== null && counts.revision >= revision) || performance.now() > until) return counts;
    await delay(lookMs);
  }
};

/** Tells the bus that it is the lamps' turn, with the counts of now (RFC 3842: new / old). */
export const sendMwi =
  ({ store, counts: known, clock }: MwiParts): SendOver =>
  async ({ tenantId, deliveryId, delivery }) => {
    const { mailboxId, messageId, eventId, correlationId } = delivery.facts;
    const { notice } = delivery;
    if (mailboxId === null || messageId === null || notice.kind !== 'lamps') throw new Error('these are no lamps');
    const counts = await countsOf(known, { tenantId, mailboxId }, notice.revision);
    if (counts === null) return { outcome: 'failed', detail: 'the counts of the mailbox have not arrived yet' };
    await store.handle(lampsAggregate, {
      tenantId,
      id: deliveryId,
      command: { type: 'NotifyLamps', data: { mailboxId, messageId, counts }, meta: { now: clock().toISOString() } },
      meta: { actor: { kind: 'service', id: 'notify-svc' }, correlationId, causationId: eventId },
    });
    return { outcome: 'delivered', detail: `${counts.new} new, ${counts.heard + counts.saved} old` };
  };
