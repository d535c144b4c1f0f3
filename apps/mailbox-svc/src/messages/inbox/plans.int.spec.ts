import type { Reading } from '@aftertone/event-store';
import { asTenant } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailboxReading } from '../../mailboxes/directory/mailbox.reading.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../../spec-support/test-ground.ts';
import { memberFeedId } from '../marks/feeds.ts';
import { countsReading } from '../marks/own-counts.query.ts';
import { writeManyMessages } from './many-messages.ts';
import { type ListFilters, listQuery, messageReading, ownHeardReading } from './message.query.ts';

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

let ground: TestGround;
let parts: Instance;
let boxId: string;
let messageId: string;
const tenant = new Tenant();

beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
  boxId = (await makeBox(parts, tenant)).id;
  messageId = (await parts.depositDesk.deposit(depositInto(boxId), tenant.admin)).id;
  const counts = { messages: 24_000, inMailbox: 12_000 };
  await writeManyMessages(parts.ground.store.pool, { tenantId: tenant.id, mailboxId: boxId, ...counts });
}, 60_000);
afterAll(() => ground.close());

const limit = 10;
/** What one page may look at: what it shows, the one behind it, and their neighbours in the index. */
const mostRows = 4 * (limit + 1);

/** Rows of messages that the plan has looked at, also those that it then left out. */
const messagesLookedAt = (node: Node): number => {
  const below = (node.Plans ?? []).reduce((sum, plan) => sum + messagesLookedAt(plan), 0);
  if (node['Relation Name'] !== 'message') return below;
  return below + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
};

const explain = (sql: string, values: unknown[]): Promise<Node> =>
  asTenant(parts.ground.reader, tenant.id, async (manager) => {
    const [found] = await manager.query<{ 'QUERY PLAN': [{ Plan: Node }] }[]>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
      values,
    );
    if (found === undefined) throw new Error('there is no plan');
    return found['QUERY PLAN'][0].Plan;
  });

const otherBoxes = async (count: number): Promise<string[]> => {
  const { rows } = await parts.ground.store.pool.query<{ id: string }>(
    'SELECT id FROM mailbox WHERE tenant_id = $1 AND id <> $2 ORDER BY id LIMIT $3',
    [tenant.id, boxId, count],
  );
  return rows.map(({ id }) => id);
};

/** Behind the newest thousands. */
const cursor = Buffer.from(
  JSON.stringify([new Date(Date.now() - 5_000_000).toISOString(), '0190e000-0000-7000-8000-000000000001']),
).toString('base64url');

const filters: Omit<ListFilters, 'limit'>[] = [
  {},
  { cursor },
  { folder: 'inbox' },
  { folder: 'trash' },
  { folder: 'saved' },
  { folder: 'saved', cursor },
  { heard: false },
  { heard: true },
  { urgent: true },
  { urgent: false },
  { caller: '+33177' },
  { state: 'open' },
  { state: 'claimed' },
  { state: 'done' },
  { assignee: 'none' },
  { assignee: 'me' },
  { from: new Date(Date.now() - 3_600_000).toISOString(), until: new Date(Date.now() - 3_000_000).toISOString() },
  { folder: 'inbox', heard: false },
  { folder: 'saved', heard: false },
  { folder: 'saved', heard: true, cursor },
  { folder: 'trash', urgent: true },
  { heard: false, urgent: true },
  { heard: true, urgent: false },
  { state: 'open', assignee: 'none' },
  { state: 'claimed', assignee: 'me' },
  { caller: '+33177', heard: false },
];

it('counts the messages that were written for it as if they had been deposited', async () => {
  const counts = await parts.mailboxDesk.counts(boxId, tenant.admin);
  expect(counts).toMatchObject({ new: 1, heard: 6, saved: 11_988, trash: 6, urgentNew: 0, urgentSaved: 6 });
});

const named = filters.map((asked): [string, typeof asked] => [Object.keys(asked).join(' and ') || 'everything', asked]);

it.each(named)('a list by %s reads about what it shows, in a mailbox and in the whole tenant', async (_name, asked) => {
  for (const mailboxId of [boxId, undefined]) {
    const [sql, values] = await asTenant(parts.ground.reader, tenant.id, async (manager) =>
      listQuery(manager, tenant.admin, { ...asked, limit, mailboxId, mayHaveOwn: false }).getQueryAndParameters(),
    );
    const plan = await explain(sql, values);
    expect(messagesLookedAt(plan), JSON.stringify(plan, null, 1)).toBeLessThanOrEqual(mostRows);
  }
});

/** What a user sees is read from each mailbox of theirs: as many pages as there are mailboxes, however full they are. */
const boxesOfUser = 4;

it.each(named)("a user's list by %s reads about a page of each mailbox", async (_name, asked) => {
  const user = tenant.user();
  const pool = parts.ground.store.pool;
  const boxes = [boxId, ...(await otherBoxes(boxesOfUser - 1))];
  await pool.query('INSERT INTO mailbox_owner (tenant_id, mailbox_id, user_id) SELECT $1, unnest($2::uuid[]), $3', [
    tenant.id,
    boxes,
    user.actor.id,
  ]);
  const [sql, values] = await asTenant(parts.ground.reader, tenant.id, async (manager) =>
    listQuery(manager, user, { ...asked, limit, mailboxId: undefined, mayHaveOwn: false }).getQueryAndParameters(),
  );
  const plan = await explain(sql, values);
  expect(messagesLookedAt(plan), JSON.stringify(plan, null, 1)).toBeLessThanOrEqual(boxesOfUser * mostRows);
});

it.each<[Reading, () => unknown[]]>([
  [messageReading, () => [tenant.id, messageId, newId(), false]],
  [mailboxReading, () => [tenant.id, boxId, newId()]],
  [countsReading, () => [tenant.id, boxId, memberFeedId(boxId, newId())]],
  [ownHeardReading, () => [tenant.id, null]],
])('the reading $name looks at one message at most', async ({ text }, values) => {
  expect(messagesLookedAt(await explain(text, values()))).toBeLessThanOrEqual(1);
});
