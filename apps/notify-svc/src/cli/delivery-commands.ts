import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryReplay } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import type { Output } from '@aftertone/platform';
import type pg from 'pg';
import { ownerOfDelivery } from '../bounces/owner-of-delivery.ts';
import type { DeliveryRow } from '../deliveries/list/delivery.entity.ts';
import { deliveryColumns, deliveryListSql } from '../deliveries/list/delivery-list.sql.ts';
import { type ReplayFilter, readReplay, requestReplay } from '../deliveries/replay/delivery-replay.ts';
import type { CliFilter } from './options.ts';

const listLimit = 500;
const waitForReplayMs = 30_000;
const lookEveryMs = 250;

/** One line: the last attempt's words tell why. */
const lineOf = ({ id, createdAt, state, channel, attempts, recipient, bounce }: DeliveryRow): string => {
  const why = bounce?.detail ?? attempts.at(-1)?.detail ?? '';
  return [id, createdAt.toISOString(), state, channel, `${attempts.length}x`, recipient, why].join('  ').trimEnd();
};

export const listDeliveries = async (db: pg.Pool, filter: CliFilter, output: Output): Promise<number> => {
  const { tenant: tenantId = null, ...rest } = filter;
  const { text, values } = deliveryListSql({ tenantId, filter: rest, before: null, limit: listLimit });
  const { rows } = await db.query<DeliveryRow>(text, values);
  for (const row of rows) output.out(lineOf(row));
  const more = rows.length === listLimit ? ', and maybe more: filters show fewer' : '';
  output.out(rows.length === 1 ? '1 delivery' : `${rows.length} deliveries${more}`);
  return 0;
};

const find = async (db: pg.Pool, id: string): Promise<DeliveryRow | undefined> => {
  const tenantId = await ownerOfDelivery(db, id);
  const { rows } = await db.query<DeliveryRow>(
    `SELECT ${deliveryColumns} FROM delivery d WHERE d.tenant_id = $1 AND d.id = $2`,
    [tenantId, id],
  );
  return rows[0];
};

const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

export const showDelivery = async (db: pg.Pool, id: string, output: Output): Promise<number> => {
  const row = await find(db, id);
  if (row === undefined) {
    output.err(`There is no delivery ${id}`);
    return 1;
  }
  const { attempts, bounce, ...facts } = row;
  for (const [name, value] of Object.entries(facts)) output.out(`${name}: ${textOf(value)}`);
  for (const { n, startedAt, endedAt, outcome, status, detail } of attempts) {
    output.out(
      `attempt ${n}: ${[startedAt, endedAt ?? '-', outcome, status ?? '-', detail ?? ''].join('  ').trimEnd()}`,
    );
  }
  if (bounce !== null) output.out(`bounce: ${[bounce.at, bounce.status, bounce.detail].join('  ')}`);
  return 0;
};

const request = (db: pg.Pool, tenantId: string, filter: ReplayFilter): Promise<DeliveryReplay> =>
  requestReplay(db, {
    ...{ tenantId, filter, correlationId: newId(), now: new Date() },
    requestedBy: { kind: 'system', id: 'operator' },
  });

const outcomeOf = async (db: pg.Pool, tenantId: string, replayId: string, end: number): Promise<DeliveryReplay> => {
  for (;;) {
    const replay = await readReplay(db, tenantId, replayId);
    if (replay.state === 'done' || performance.now() >= end) return replay;
    await delay(lookEveryMs);
  }
};

const report = (replays: readonly DeliveryReplay[], output: Output): number => {
  const sum = (of: (replay: DeliveryReplay) => number): number => replays.reduce((total, one) => total + of(one), 0);
  const [count, replayed, refused] = [sum((one) => one.count), sum((one) => one.replayed), sum((one) => one.refused)];
  const skipped = sum((one) => one.skipped);
  output.out(
    `${replayed} of ${count} are sent again${refused > 0 ? `; ${refused} cannot be: purged` : ''}${skipped > 0 ? `; ${skipped} left out: their webhooks are gone` : ''}`,
  );
  if (replays.every(({ state }) => state === 'done')) return replayed === count ? 0 : 1;
  output.err('notify-svc goes on with it, or does so once it runs');
  return 1;
};

/** Asks for the replays, which notify-svc takes up within seconds. 0 when all of them are on their way. */
export const replayDeliveries = async (
  db: pg.Pool,
  { id, filter: { tenant, state: _, ...filter } }: { id: string | null; filter: CliFilter },
  output: Output,
): Promise<number> => {
  const owner = id === null ? null : await ownerOfDelivery(db, id);
  if (id !== null && owner === null) {
    output.err(`There is no delivery ${id}`);
    return 1;
  }
  const tenants = owner !== null ? [owner] : tenant !== undefined ? [tenant] : await tenantsWithFailures(db);
  const asked = await Promise.all(
    tenants.map(async (tenantId) => {
      const replay = await request(db, tenantId, { ...filter, ...(id !== null && { id }) });
      return { tenantId, id: replay.id, count: replay.count };
    }),
  );
  if (asked.every(({ count }) => count === 0)) {
    output.out('Nothing has failed that could be sent again');
    return id === null ? 0 : 1;
  }
  const end = performance.now() + waitForReplayMs;
  return report(await Promise.all(asked.map((one) => outcomeOf(db, one.tenantId, one.id, end))), output);
};

const tenantsWithFailures = async (db: pg.Pool): Promise<string[]> => {
  const { rows } = await db.query<{ tenantId: string }>(
    `SELECT DISTINCT tenant_id AS "tenantId" FROM delivery WHERE state = 'failed' AND state <> 'delivered'`,
  );
  return rows.map(({ tenantId }) => tenantId);
};
