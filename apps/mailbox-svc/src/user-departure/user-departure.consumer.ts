import { type Bus, type Log, type RunningConsumer, startConsumer } from '@aftertone/messaging';
import type { Ground } from '../ground/ground.ts';
import { UserDeparture } from './user-departure.ts';

interface ConsumerParts {
  ground: Ground;
  bus: Bus;
  cell: string;
  log: Log;
}

/** Hears from the gateway which users are gone, in one process of all. */
export const consumeDepartures = ({ ground, ...parts }: ConsumerParts): RunningConsumer => {
  const departure = new UserDeparture(ground);
  return startConsumer({
    ...parts,
    databaseUrl: ground.store.url,
    durable: 'mailbox-user-departure',
    source: 'gateway',
    filter: 'evt.*.identity.users.*.deleted',
    handle: (incoming) => departure.apply(incoming.map(({ event }) => event)),
  });
};
