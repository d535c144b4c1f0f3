import type { EventStore } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import type { Bus } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import type { Authenticator } from '../access/authenticator.ts';
import type { Stoppable } from '../background/repeatedly.ts';
import { electedRounds } from '../bus-access/elected-rounds.ts';
import type { Database } from '../database/database.ts';
import { readBeginning } from '../events/places.ts';
import type { ReadLog } from '../events/replay.ts';
import { startOf } from './beginnings.ts';
import { ConsumerUpkeep } from './consumers/consumer-upkeep.ts';
import { Overseer } from './consumers/overseer.ts';
import { SubscriptionsQuery } from './subscriptions.query.ts';
import { SubscriptionsTable } from './subscriptions.table.ts';
import { Subscriptions } from './subscriptions.ts';

/** How long a message stays out unanswered, and how many of them. */
const ackWaitMs = 30_000;
const maxPending = 256;
/** A change of rights is on the bus within five seconds. */
const roundEveryMs = 1_000;
const lookEveryMs = 10_000;
const temporaryMs = 300_000;

export interface SubscriptionsSurroundings {
  bus: Bus;
  cell: string;
  database: Database;
  authenticator: Authenticator;
  readLog: ReadLog;
  logger: Logger;
}

/** Durable subscriptions on the bus, wired together, and the work that they take from start to end. */
export const makeSubscriptions = (around: SubscriptionsSurroundings) => {
  const { bus, cell, database, authenticator, readLog, logger } = around;
  const [query, table] = [new SubscriptionsQuery(database), new SubscriptionsTable(database)];
  const upkeep = new ConsumerUpkeep({ bus, cell, ackWaitMs, maxPending });
  const subscriptions = new Subscriptions({
    database,
    query,
    table,
    upkeep,
    startOf: (after, caller) =>
      startOf(readBeginning(after), after, {
        bus,
        cell,
        headOf: async (service) => (await readLog(service, Number.MAX_SAFE_INTEGER, 1, caller)).headPosition,
      }),
  });
  const end = (tenantId: string, id: string): Promise<void> =>
    subscriptions.end(tenantId, id, { actor: { kind: 'system', id: 'gateway' }, correlationId: newId() });

  const start = (store: EventStore): Stoppable[] => {
    let ups = 0;
    const stopCounting = bus.onUp(() => {
      ups += 1;
    });
    const busUps = (): number | null => (bus.isUp ? ups : null);
    const parts = { upkeep, table, authenticator, end, busUps, logger, lookEveryMs, temporaryMs };
    const rounds = electedRounds({ store, name: 'subscriptions', everyMs: roundEveryMs }, () => {
      const overseer = new Overseer(parts);
      return () => overseer.round();
    });
    return [rounds, { stop: async () => stopCounting() }];
  };
  return { subscriptions, subscriptionsQuery: query, subscriptionsTable: table, startSubscriptions: start };
};
