import type { Reading } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailboxReading } from '../../mailboxes/directory/mailbox.reading.ts';
import { listLookedAt, lookedAt } from '../../spec-support/plans.ts';
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
import type { ListFilters } from './list.query.ts';
import { listFactsReading } from './list-facts.ts';
import { writeManyMessages } from './many-messages.ts';
import { messageReading } from './message.query.ts';

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
    const { rows, plan } = await listLookedAt(parts, tenant.admin, { ...asked, limit, mailboxId });
    expect(rows, plan).toBeLessThanOrEqual(mostRows);
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
  const { rows, plan } = await listLookedAt(parts, user, { ...asked, limit });
  expect(rows, plan).toBeLessThanOrEqual(boxesOfUser * mostRows);
});

/** One of each mailbox that is asked, a page of those with the newest, and the page that is shown. */
const mostOfMailboxes = 101 + (limit + 1) ** 2 + (limit + 1);

it('a list by access type reads one message of each mailbox of the type, if they are few', async () => {
  const [id] = await otherBoxes(1);
  await parts.ground.store.pool.query("UPDATE mailbox SET access_type = 'group' WHERE id = $1", [id]);
  for (const [accessType, most] of [
    ['group', mostRows],
    ['global', mostRows],
    ['personal', mostOfMailboxes],
  ] as const) {
    for (const asked of [{}, { folder: 'saved' }, { heard: true, cursor }, { caller: '+33177' }]) {
      const { rows, plan } = await listLookedAt(parts, tenant.admin, { ...asked, accessType, limit });
      expect(rows, plan).toBeLessThanOrEqual(most);
    }
    const { rows, plan } = await listLookedAt(parts, tenant.admin, { accessType, limit, mailboxId: boxId });
    expect(rows, plan).toBeLessThanOrEqual(mostRows);
  }
});

it("a user's list reads one message of each global mailbox", async () => {
  await parts.ground.store.pool.query("UPDATE mailbox SET access_type = 'global' WHERE tenant_id = $1", [tenant.id]);
  for (const asked of [{}, { folder: 'saved' }, { heard: false }, { cursor }]) {
    const { rows, plan } = await listLookedAt(parts, tenant.user(), { ...asked, limit });
    expect(rows, plan).toBeLessThanOrEqual(mostOfMailboxes);
  }
});

it.each<[Reading, () => unknown[]]>([
  [messageReading, () => [tenant.id, messageId, newId(), false, false]],
  [mailboxReading, () => [tenant.id, boxId, newId()]],
  [countsReading, () => [tenant.id, boxId, memberFeedId(boxId, newId())]],
  [listFactsReading, () => [tenant.id, null, newId(), 'group']],
])('the reading $name looks at one message at most', async ({ text }, values) => {
  expect((await lookedAt(parts, tenant.id, text, values())).rows).toBeLessThanOrEqual(1);
});
