import type { EventStore } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { Authenticator } from '../access/authenticator.ts';
import type { Stoppable } from '../background/repeatedly.ts';
import { electedRounds } from '../bus-access/elected-rounds.ts';
import type { Cell, Cells } from '../cells/cells.ts';
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
  cells: Cells;
  database: Database;
  authenticator: Authenticator;
  readLog: ReadLog;
  logger: Logger;
}

/** Durable subscriptions on the bus, wired together, and the work that they take from start to end. */
export const makeSubscriptions = (around: SubscriptionsSurroundings) => {
  const { cells, database, authenticator, readLog, logger } = around;
  const [query, table] = [new SubscriptionsQuery(database), new SubscriptionsTable(database)];
  const upkeeps = new Map(
    cells.all.map((cell) => [cell, new ConsumerUpkeep({ bus: cell.bus, cell: cell.name, ackWaitMs, maxPending })]),
  );
  const upkeepIn = (cell: Cell): ConsumerUpkeep => {
    const upkeep = upkeeps.get(cell);
    if (upkeep === undefined) throw new Error(`nobody keeps up the consumers of ${cell.name}`);
    return upkeep;
  };
  const subscriptions = new Subscriptions({
    database,
    query,
    table,
    upkeepOf: (cell) => upkeepIn(cells.of(cell)),
    startOf: (after, caller) => {
      const { bus, name: cell } = cells.of(caller.session.cell);
      return startOf(readBeginning(after), after, {
        bus,
        cell,
        headOf: async (service) => (await readLog(service, Number.MAX_SAFE_INTEGER, 1, caller)).headPosition,
      });
    },
  });

  const startIn = (cell: Cell, store: EventStore): Stoppable[] => {
    const { bus } = cell;
    const [upkeep, table] = [
      upkeepIn(cell),
      new SubscriptionsTable(database, { cell: cell.name, home: cells.home.name }),
    ];
    const end = (tenantId: string, id: string): Promise<void> =>
      subscriptions.end({ tenantId, id, upkeep }, { actor: { kind: 'system', id: 'gateway' }, correlationId: newId() });
    let ups = 0;
    const stopCounting = bus.onUp(() => {
      ups += 1;
    });
    const busUps = (): number | null => (bus.isUp ? ups : null);
    const parts = { upkeep, table, authenticator, end, busUps, logger, lookEveryMs, temporaryMs };
    const rounds = electedRounds({ store, name: cell.own('subscriptions'), everyMs: roundEveryMs }, () => {
      const overseer = new Overseer(parts);
      return () => overseer.round();
    });
    return [rounds, { stop: async () => stopCounting() }];
  };
  const start = (store: EventStore): Stoppable[] => cells.all.flatMap((cell) => startIn(cell, store));
  return { subscriptions, subscriptionsQuery: query, subscriptionsTable: table, startSubscriptions: start };
};
