import type { Installation } from '../installation/installation.ts';
import { allAnswered, type LoadReport, load } from '../load/load.ts';
import type { Pace } from '../load/pace.ts';
import { depositRequests, recording } from '../load/requests.ts';
import { atRest, untilCalm } from '../machine/calm.ts';
import { between, totalMs, type Use, usesOf } from '../machine/cpu.ts';
import { settle } from '../machine/settle.ts';
import { type BusCounter, countTraffic, type Traffic } from './bus-traffic.ts';
import { countGrowth, type GrowthCounter, type Held } from './growth.ts';
import {
  byDatabase,
  countStatements,
  type DatabaseCost,
  type SessionWrites,
  type StatementCost,
  type StatementCounter,
} from './statements.ts';

/** Everything that so many deposits cost, up to the last thing they caused. */
export interface Cost {
  deposits: number;
  report: LoadReport;
  /** Without what is used at rest in that time. */
  uses: Map<string, Use>;
  databases: Map<string, DatabaseCost>;
  statements: StatementCost[];
  writes: Map<string, SessionWrites>;
  traffic: Map<string, Traffic>;
  /** What became more, by table and by stream. */
  growth: Map<string, Held>;
}

export interface Meter {
  /** CPU milliseconds a second of each part, when nobody calls. */
  rest: ReadonlyMap<string, Use>;
  measure(pace: Pace, seconds: number): Promise<Cost>;
  end(): Promise<void>;
}

const SECONDS_OF_SOUND = 10;
const MAILBOXES = 20;

const without = (uses: ReadonlyMap<string, Use>, rest: ReadonlyMap<string, Use>, seconds: number): Map<string, Use> =>
  new Map(
    [...uses].map(([part, { cpuMs, written }]) => {
      const idle = rest.get(part) ?? { cpuMs: 0, written: 0 };
      return [part, { cpuMs: cpuMs - idle.cpuMs * seconds, written: written - idle.written * seconds }];
    }),
  );

const increase = <Name extends string>(
  before: ReadonlyMap<string, Record<Name, number>>,
  after: ReadonlyMap<string, Record<Name, number>>,
  names: readonly Name[],
): Map<string, Record<Name, number>> =>
  new Map(
    [...after].map(([part, now]) => {
      const entries = names.map((name) => [name, now[name] - (before.get(part)?.[name] ?? 0)]);
      return [part, Object.fromEntries(entries) as Record<Name, number>];
    }),
  );

const measureWith =
  (
    installation: Installation,
    counters: { statements: StatementCounter; bus: BusCounter; tables: GrowthCounter },
    rest: ReadonlyMap<string, Use>,
    mailboxIds: readonly string[],
  ): Meter['measure'] =>
  async (pace, seconds) => {
    const { statements, bus, tables } = counters;
    const held = async (): Promise<Map<string, Held>> => new Map([...(await tables.read()), ...(await bus.streams())]);
    await statements.reset();
    const [traffic, heldBefore, writes] = await Promise.all([bus.read(), held(), statements.writes()]);
    const [uses, began] = [usesOf(installation), performance.now()];
    const requests = depositRequests(installation, mailboxIds, recording(SECONDS_OF_SOUND));
    const report = await load({ url: installation.url, requests, pace, seconds, warmUpSeconds: 0 });
    allAnswered(report, 201);
    await untilCalm(installation, totalMs(rest));
    const used = between(uses, usesOf(installation));
    const spent = (performance.now() - began) / 1000;
    const costs = await statements.read();
    return {
      deposits: report.statuses['201'] ?? 0,
      report,
      uses: without(used, rest, spent),
      databases: byDatabase(costs),
      statements: costs,
      writes: increase(writes, await statements.writes(), ['flushes', 'bytes']),
      traffic: increase(traffic, await bus.read(), ['sent', 'received']),
      growth: increase(heldBefore, await held(), ['rows', 'bytes']),
    };
  };

/** Makes the installation ready to be measured: counters, mailboxes, and code that has been run before. */
export const openMeter = async (installation: Installation): Promise<Meter> => {
  const statements = await countStatements(installation);
  const bus = await countTraffic(installation);
  const tables = await countGrowth(installation);
  const mailboxIds = [];
  while (mailboxIds.length < MAILBOXES) mailboxIds.push(await installation.newMailbox());
  const requests = depositRequests(installation, mailboxIds, recording(SECONDS_OF_SOUND));
  await load({ url: installation.url, requests, pace: { inFlight: 8 }, seconds: 4 });
  await untilCalm(installation);
  await settle();
  const rest = await atRest(installation, 5);
  return {
    rest,
    measure: measureWith(installation, { statements, bus, tables }, rest, mailboxIds),
    end: async () => {
      await Promise.all([statements.end(), bus.end(), tables.end()]);
    },
  };
};
