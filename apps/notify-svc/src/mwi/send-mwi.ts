import { setTimeout as delay } from 'node:timers/promises';
import type { Counts } from '@aftertone/contracts';
import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { DeliveryFacts, PlannedContent } from '../deliveries/delivery.ts';
import { deliveryId as deliveryIdOf } from '../deliveries/delivery-id.ts';
import type { KnownCounts } from '../known/known-counts.ts';
import { type CausingEvent, metaOf } from '../mailbox-events/meta.ts';
import type { Sending, SendOver } from '../sending/channel.ts';
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

/** RFC 3842: new / old. */
const wordsFor = ({ new: fresh, heard, saved }: Counts): string => `${fresh} new, ${heard + saved} old`;

type Lamps = Pick<Sending, 'tenantId' | 'deliveryId'> & { facts: DeliveryFacts };

/** Once, however often. */
const tell = async (
  { store, clock }: Pick<MwiParts, 'store' | 'clock'>,
  { tenantId, deliveryId, facts: { mailboxId, messageId, eventId, correlationId } }: Lamps,
  { counts, isNew }: { counts: Counts; isNew: boolean },
): Promise<void> => {
  if (mailboxId === null || messageId === null) throw new Error('these are no lamps');
  await store.handle(lampsAggregate, {
    tenantId,
    id: deliveryId,
    command: { type: 'NotifyLamps', data: { mailboxId, messageId, counts }, meta: { now: clock().toISOString() } },
    meta: { actor: { kind: 'service', id: 'notify-svc' }, correlationId, causationId: eventId },
    isNew,
  });
};

/** Tells the bus that it is the lamps' turn, with the counts of now. */
export const sendMwi =
  ({ store, counts: known, clock }: MwiParts): SendOver =>
  async ({ tenantId, deliveryId, delivery: { facts, notice } }) => {
    const { mailboxId } = facts;
    if (mailboxId === null || notice.kind !== 'lamps') throw new Error('these are no lamps');
    const counts = await countsOf(known, { tenantId, mailboxId }, notice.revision);
    if (counts === null) return { outcome: 'failed', detail: 'the counts of the mailbox have not arrived yet' };
    // It may have been told before the attempt was cut off.
    await tell({ store, clock }, { tenantId, deliveryId, facts }, { counts, isNew: false });
    return { outcome: 'delivered', detail: wordsFor(counts) };
  };

export type LampsAtOnce = (cause: CausingEvent, content: PlannedContent, counts: Counts) => Promise<void>;

/**
 * Tells the lamps without a place in the queue, as soon as the message is planned: to tell them is an append, and so is
 * every record of it. First the lamps, then that they are told: who is killed in between finds them told.
 */
export const makeLampsAtOnce =
  ({ store, clock }: Pick<MwiParts, 'store' | 'clock'>): LampsAtOnce =>
  async (cause, content, counts) => {
    const { tenantid: tenantId } = cause;
    const id = deliveryIdOf({ tenantId, ...content.facts });
    await tell({ store, clock }, { tenantId, deliveryId: id, facts: content.facts }, { counts, isNew: true });
    const data = { content, detail: wordsFor(counts) };
    const command = { type: 'DeliverAtOnce', data, meta: { now: clock().toISOString() } } as const;
    await store.handle(deliveryAggregate, { tenantId, id, command, meta: metaOf(cause), isNew: true });
  };
