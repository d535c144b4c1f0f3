import type { Bus, Log, RunningConsumer } from '@aftertone/messaging';
import { type IncomingEvent, startConsumer } from '@aftertone/messaging';
import { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { applyMessageEvents } from './apply-message-events.ts';
import { MessageAudioTable } from './message-audio.table.ts';

/** Durable name: owner and purpose. */
export const messageAudioConsumer = 'media-mailboxes';

/** Every event of a message, on its canonical subject. */
const filter = 'evt.*.mailboxes.*.messages.*';

const ofMessage = z.object({ messageId: z.string() });

/** A message may move between mailboxes: its events wait for each other wherever it is. */
const laneOf = ({ tenantId, event, subject }: IncomingEvent): string =>
  `${tenantId}/${ofMessage.safeParse(event.data).data?.messageId ?? subject}`;

export interface ConsumerParts {
  ground: Ground;
  bus: Bus;
  cell: string;
  log: Log;
}

/** Follows the messages of mailbox-svc, to know which recordings are played. */
export const consumeMessages = ({ ground, bus, cell, log }: ConsumerParts): RunningConsumer => {
  const { store, clock } = ground;
  const parts = { store, clock, log, table: new MessageAudioTable(store.pool) };
  return startConsumer({
    bus,
    databaseUrl: store.url,
    cell,
    durable: messageAudioConsumer,
    source: 'mailbox',
    filter,
    lane: laneOf,
    handle: (events) =>
      applyMessageEvents(
        parts,
        events.map(({ event }) => event),
      ),
    log,
  });
};
