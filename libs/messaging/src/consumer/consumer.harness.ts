import { eventStreamName } from '@aftertone/contracts';
import { atEnd, become, ownBus, ownDatabase, type Surroundings } from '../bus.harness.ts';
import { streamManager } from '../streams/event-stream.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { type ConsumerOptions, type RunningConsumer, startConsumer } from './start-consumer.ts';

export const durable = 'test-mailboxes';

export const setUp = async () => {
  const [around, database] = await Promise.all([ownBus(), ownDatabase()]);
  return { ...around, database };
};
export type SetUp = Awaited<ReturnType<typeof setUp>>;

export const consume = (
  { bus, cell, database }: Pick<SetUp, 'bus' | 'cell' | 'database'>,
  handle: ConsumerOptions['handle'],
  more: Partial<ConsumerOptions> = {},
): RunningConsumer => {
  const consumer = startConsumer({
    bus,
    cell,
    databaseUrl: database.url,
    durable,
    source: 'mailbox',
    retryDelayMs: () => 20,
    replayEveryMs: 50,
    ...more,
    handle,
  });
  atEnd(() => consumer.close());
  return consumer;
};

/** Handles by noting positions. */
export const noteIn =
  (seen: number[]) =>
  async (events: readonly IncomingEvent[]): Promise<void> => {
    seen.push(...events.map(({ position }) => position));
  };

export const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i);
export const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

export const pendingOf = async ({ bus, cell }: Surroundings): Promise<{ waiting: number; unfinished: number }> => {
  const manager = await streamManager(bus.connection());
  const info = await manager.consumers.info(eventStreamName(cell, 'mailbox'), durable);
  return { waiting: info.num_pending, unfinished: info.num_ack_pending };
};

export const allDone = (around: Surroundings): Promise<void> =>
  become(() => pendingOf(around), { waiting: 0, unfinished: 0 });
