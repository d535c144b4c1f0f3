import { setTimeout as delay } from 'node:timers/promises';
import { type ConsumerInfo, type JetStreamManager, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Queryable, requestedReplays, settleReplay } from '../dead-letters/dead-letters.ts';
import { findEvent } from '../dead-letters/find-event.ts';
import { deliveredItem, type IntakeOptions, replayedItem } from './intake.ts';
import type { Lanes } from './lanes.ts';

/** Older events are ignored: the inbox remembers no longer what was done with them (DESIGN.md 4.5). */
export const ignoredAfterMs = 15 * 86_400_000;
const fetchSize = 200;
const fetchExpiresMs = 5_000;

export interface SessionOptions extends IntakeOptions {
  connection: NatsConnection;
  manager: JetStreamManager;
  lanes: Lanes;
  /** False once the connection or the durable is gone. */
  mayAnswer: () => boolean;
  signal: AbortSignal;
}

/** Brings events from the bus into the lanes until `signal` aborts. Rejects when stream or durable have vanished. */
export const takeEvents = async (durable: ConsumerInfo, options: SessionOptions): Promise<void> => {
  const { connection, signal, lanes } = options;
  const consumer = jetstream(connection).consumers.getConsumerFromInfo(durable);
  while (!signal.aborted) {
    const messages = await consumer.fetch({ max_messages: fetchSize, expires: fetchExpiresMs });
    const stop = (): void => messages.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const message of messages) {
        const item = deliveredItem(message, options);
        const isOld =
          'event' in item.content && Date.parse(item.content.event.event.time) < Date.now() - ignoredAfterMs;
        if (isOld) message.ack();
        else lanes.add(item);
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
};

/** Brings dead letters whose replay was asked for into the lanes, until `signal` aborts. */
export const takeReplays = async (
  db: Queryable,
  { everyMs, ...options }: SessionOptions & { everyMs: number },
): Promise<void> => {
  const { lanes, manager, signal, consumer } = options;
  while (!signal.aborted) {
    for (const letter of await requestedReplays(db, consumer)) {
      if (lanes.has(`replay ${letter.id}`)) continue;
      const message = await findEvent(manager, letter);
      if (message === null) await settleReplay(db, letter.id, 'expired');
      else lanes.add(replayedItem(message, letter, () => settleReplay(db, letter.id, 'replayed'), options));
    }
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
};

/** Tells the bus again and again that what waits in the lanes is not lost. */
export const keepAlive = async (lanes: Lanes, everyMs: number, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await delay(everyMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) lanes.keepAlive();
  }
};
