import type { CallContext } from '@aftertone/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLookedAt } from '../../spec-support/plans.ts';
import { type Instance, makeBox, Tenant, type TestGround, testGround } from '../../spec-support/test-ground.ts';
import type { ListFilters } from './list.query.ts';
import { writeManyMessages } from './many-messages.ts';

let ground: TestGround;
let parts: Instance;
let boxId: string;
const tenant = new Tenant();
/** Has heard all of the mailbox but one in so many, alone. */
const listener = tenant.user();
/** The same as an administrator. */
const chief: CallContext = { ...tenant.user() };
/** Has marked every second message. */
const sampler = tenant.user();
/** Has marked nothing. */
const newcomer = tenant.user();
const rare = 2_000;

const query = (sql: string, values: unknown[]) => parts.ground.store.pool.query(sql, values);

/** Marks of a user, a few thousand a statement: it has little time. */
const mark = async ({ actor }: CallContext, which: string) => {
  for (let part = 0; part < 32; part += 1) {
    await query(
      `INSERT INTO message_mark SELECT tenant_id, mailbox_id, $3, id, now()
       FROM (SELECT *, row_number() OVER (ORDER BY received_at) AS n FROM message WHERE tenant_id = $1 AND mailbox_id = $2) m
       WHERE n % 32 = $4 AND ${which}`,
      [tenant.id, boxId, actor.id, part],
    );
  }
};

beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
  boxId = (await makeBox(parts, tenant, { accessType: 'group' })).id;
  await writeManyMessages(parts.ground.store.pool, {
    tenantId: tenant.id,
    mailboxId: boxId,
    messages: 12_800,
    inMailbox: 6_400,
    unheard: true,
  });
  await query("UPDATE mailbox SET heard_state = 'member' WHERE tenant_id = $1 AND id = $2", [tenant.id, boxId]);
  await query("UPDATE mailbox SET access_type = 'personal' WHERE tenant_id = $1 AND id <> $2", [tenant.id, boxId]);
  for (const { actor } of [listener, sampler, newcomer]) {
    await query(
      `INSERT INTO mailbox_owner (tenant_id, mailbox_id, user_id)
       SELECT tenant_id, id, $2 FROM mailbox WHERE tenant_id = $1 ORDER BY id <> $3, id LIMIT 4`,
      [tenant.id, actor.id, boxId],
    );
  }
  chief.actor = { ...chief.actor, admin: true };
  for (const who of [listener, chief]) await mark(who, `n % ${rare} <> 7`);
  await mark(sampler, 'n % 2 = 0');
  await query('ANALYZE', []);
}, 240_000);
afterAll(() => ground.close());

const limit = 10;
/** What one page of one mailbox may look at: the message and the mark before and at the place, and both of what is shown. */
const mostRows = 6 * (limit + 1);
/** What a page of all may: two messages of each of 101 mailboxes, marks until they are many, and a page of four of them. */
const mostInAll = 2 * 101 + 101 + 4 * mostRows;

const cursor = Buffer.from(
  JSON.stringify([new Date(Date.now() - 3_000_000).toISOString(), '0190e000-0000-7000-8000-000000000001']),
).toString('base64url');

const filters: Omit<ListFilters, 'limit'>[] = [
  { heard: false },
  { heard: true },
  { heard: false, cursor },
  { heard: true, cursor },
  { heard: false, folder: 'saved' },
  { heard: true, folder: 'saved', cursor },
  { heard: true, folder: 'inbox' },
  { heard: false, folder: 'trash' },
  { heard: true, urgent: true },
  { heard: false, urgent: false },
  { heard: true, state: 'open' },
  { heard: false, caller: '+33177' },
  { heard: true, assignee: 'none' },
  { heard: true, accessType: 'group' },
  { heard: false, accessType: 'personal' },
];
const named = filters.map((asked): [string, typeof asked] => [JSON.stringify(asked), asked]);

describe.each([
  ['has heard nearly all', () => listener],
  ['administers and has heard nearly all', () => chief],
  ['has marked every second message', () => sampler],
  ['has marked nothing', () => newcomer],
  ['administers and has marked nothing', () => tenant.admin],
])('lists of who %s', (_name, who) => {
  it.each(named)('by %s', async (_filters, asked) => {
    for (const mailboxId of [boxId, undefined]) {
      const { rows, plan } = await listLookedAt(parts, who(), { ...asked, limit, mailboxId });
      expect(rows, plan).toBeLessThanOrEqual(mailboxId === undefined ? mostInAll : mostRows);
    }
  });
});
