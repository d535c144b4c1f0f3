import { deliveryQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Notify, startNotify } from '../../test-support/notify.ts';
import { DeliveriesQuery } from './deliveries.query.ts';
import { deliveryListSql } from './delivery-list.sql.ts';

const tenantId = newId();
const mailboxId = newId();
const count = 100_000;
/** One statement may not take long. */
const atOnce = 10_000;

let notify: Notify;
let query: DeliveriesQuery;
beforeAll(async () => {
  notify = await startNotify();
  query = new DeliveriesQuery(notify.ground);
  const other = newId();
  for (let from = 1; from <= count; from += atOnce) await insert(from, other);
  await notify.store.pool.query('ANALYZE delivery');
}, 60_000);
afterAll(() => notify.close());

/** One in a hundred has failed, one in a thousand is an SMS; ten at a time are of one instant. */
const insert = (from: number, other: string) =>
  notify.store.pool.query(
    `INSERT INTO delivery (tenant_id, id, event_id, message_id, mailbox_id, channel, purpose, recipient, state, attempts,
       next_attempt_at, created_at)
     SELECT CASE WHEN n % 10 = 0 THEN $4::uuid ELSE $1::uuid END, gen_random_uuid(), 'e' || n, gen_random_uuid(),
       CASE WHEN n % 500 = 1 THEN $2::uuid ELSE gen_random_uuid() END,
       CASE WHEN n % 1000 = 3 THEN 'sms' ELSE 'email' END,
       CASE WHEN n % 2000 = 3 THEN 'escalation' WHEN n % 3 = 0 THEN NULL ELSE 'message' END,
       'r' || (n % 5000) || '@example.test', CASE WHEN n % 100 = 3 THEN 'failed' ELSE 'delivered' END, '[]', NULL,
       timestamptz '2026-07-01T00:00:00Z' + (n / 10) * interval '1 second'
     FROM generate_series($3::int, $5) n`,
    [tenantId, mailboxId, from, other, from + atOnce - 1],
  );

const inputOf = (filter: object) => deliveryQueries.findDeliveries.input.parse(filter);
const all = async (filter: object) => {
  const items = [];
  for (let cursor: string | undefined; ; ) {
    const page = await query.page(tenantId, inputOf({ ...filter, cursor }));
    items.push(...page.items);
    if (page.next === null) return deliveryQueries.findDeliveries.output.shape.items.parse(items);
    cursor = page.next;
  }
};

describe('a list of 100,000 deliveries', () => {
  it.each([
    ['state', { state: 'failed' }, 1_000],
    ['channel', { channel: 'sms' }, 100],
    ['mailbox', { mailboxId }, 200],
    ['purpose', { purpose: 'escalation' }, 50],
    ['recipient', { recipient: 'r7@example.test' }, 20],
    ['all of it', { state: 'failed', channel: 'sms', purpose: 'escalation', recipient: 'r2003@example.test' }, 10],
    ['nothing that there is', { channel: 'fax' }, 0],
  ])('is filtered by %s, newest first', async (_by, filter, expected) => {
    const items = await all({ ...filter, limit: 200 });
    expect(items).toHaveLength(expected);
    const keys = items.map(({ createdAt, id }) => `${createdAt} ${id}`);
    expect(keys).toEqual(keys.toSorted().reverse());
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    {},
    { state: 'failed' },
    { state: 'delivered' },
    { channel: 'sms' },
    { channel: 'fax' },
    { mailboxId },
    { purpose: 'escalation' },
    { purpose: 'message' },
    { recipient: 'r7@example.test' },
    { state: 'failed', channel: 'sms' },
    { state: 'failed', recipient: 'r7@example.test' },
  ])('is read by an index, page by page: %j', async (filter) => {
    const { limit, cursor: _, ...rest } = inputOf(filter);
    const before = ['2026-07-01T01:00:00.000Z', newId()] as const;
    const { text, values } = deliveryListSql({ tenantId, filter: rest, before, limit: limit + 1 });
    const { rows } = await notify.store.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('there is no plan');
    const kinds = nodesOf(plan).map((node) => node['Node Type']);
    expect(kinds).not.toContain('Seq Scan');
    expect(kinds.join()).toContain('Index');
    expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(1_500);
  });

  it('is stable while others are added', async () => {
    const first = await query.page(tenantId, inputOf({ state: 'failed', limit: 10 }));
    await notify.store.pool.query(
      `INSERT INTO delivery (tenant_id, id, event_id, channel, recipient, state, attempts, created_at)
       SELECT $1, gen_random_uuid(), 'late', 'email', 'late@example.test', 'failed', '[]', now() + interval '1 year'
       FROM generate_series(1, 5)`,
      [tenantId],
    );
    const second = await query.page(tenantId, inputOf({ state: 'failed', limit: 10, cursor: first.next ?? '' }));
    const recipients = [...first.items, ...second.items].map(({ recipient }) => recipient);
    expect(recipients).not.toContain('late@example.test');
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(20);
  });

  it('is the tenant’s own, and refuses cursors of other lists', async () => {
    expect((await query.page(newId(), inputOf({}))).items).toEqual([]);
    const refused = query.page(tenantId, inputOf({ cursor: 'what?' }));
    await expect(refused).rejects.toMatchObject({ code: 'cursor-invalid' });
    const [one] = (await query.page(tenantId, inputOf({ limit: 1 }))).items;
    expect(await query.find(tenantId, one?.id ?? '')).toEqual(one);
    await expect(query.find(newId(), one?.id ?? '')).rejects.toMatchObject({ code: 'delivery-not-found' });
  });
});

interface Plan {
  'Node Type': string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
