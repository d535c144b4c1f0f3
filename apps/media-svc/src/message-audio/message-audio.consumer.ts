import type { Bus, Log, RunningConsumer } from '@aftertone/messaging';
import { type IncomingEvent, startConsumer } from '@aftertone/messaging';
import { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { applyMessageEvents } from './apply-message-events.ts';
import { MessageAudioTable } from './message-audio.table.ts';

/** What tells of recordings, by the durable that takes it: owner and purpose. On canonical subjects. */
const filters = {
  'media-mailboxes': 'evt.*.mailboxes.*.messages.*',
  // One of its own: a process of the version before would take greetings for nothing that concerns it.
  'media-greetings': 'evt.*.mailboxes.*.settings.greeting_updated',
} as const;

type Durable = keyof typeof filters;

/** Durables without which nobody knows which recordings are played. */
export const messageAudioConsumers = Object.keys(filters) as Durable[];

const ofMessage = z.object({ messageId: z.string() });

/** A message may move between mailboxes: its events wait for each other wherever it is. Those of greetings by mailbox. */
const laneOf = ({ tenantId, event, subject }: IncomingEvent): string =>
  `${tenantId}/${ofMessage.safeParse(event.data).data?.messageId ?? subject}`;

export interface ConsumerParts {
  ground: Ground;
  bus: Bus;
  cell: string;
  log: Log;
}

/** Follows the messages and greetings of mailbox-svc, to know which recordings are played. */
export const consumeMessages = (common: ConsumerParts): RunningConsumer[] =>
  messageAudioConsumers.map((durable) => consume(durable, common));

const consume = (durable: Durable, { ground, bus, cell, log }: ConsumerParts): RunningConsumer => {
  const { store, clock } = ground;
  const parts = { store, clock, log, table: new MessageAudioTable(store.pool) };
  return startConsumer({
    bus,
    databaseUrl: store.url,
    cell,
    durable,
    source: 'mailbox',
    filter: filters[durable],
    lane: laneOf,
    handle: (events) =>
      applyMessageEvents(
        parts,
        events.map(({ event }) => event),
      ),
    log,
  });
};
