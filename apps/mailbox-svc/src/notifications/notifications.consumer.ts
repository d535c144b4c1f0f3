import { type Bus, type Log, type RunningConsumer, startConsumer } from '@aftertone/messaging';
import type { Ground } from '../ground/ground.ts';
import { Notifications } from './notifications.ts';

interface ConsumerParts {
  ground: Ground;
  bus: Bus;
  cell: string;
  log: Log;
}

/** Hears from notify-svc who has been told of messages, in one process of all. */
export const consumeNotifications = ({ ground, ...parts }: ConsumerParts): RunningConsumer => {
  const notifications = new Notifications(ground);
  return startConsumer({
    ...parts,
    databaseUrl: ground.store.url,
    durable: 'mailbox-notifications',
    source: 'notify',
    handle: (incoming) => notifications.apply(incoming.map(({ event }) => event)),
  });
};
