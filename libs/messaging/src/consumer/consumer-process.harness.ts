import { connectBus } from '../bus/connect-bus.ts';
import { startConsumer } from './start-consumer.ts';

/** A consumer as a process: takes up events, tells which, and never finishes any. */
const { NATS_URL = '', DATABASE_URL = '', CELL = '', DURABLE = '' } = process.env;
startConsumer({
  bus: connectBus({ url: NATS_URL, name: DURABLE }),
  databaseUrl: DATABASE_URL,
  cell: CELL,
  durable: DURABLE,
  source: 'mailbox',
  handle: async (events) => {
    process.send?.(events.map(({ position }) => position));
    await new Promise(() => {});
  },
});
