import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeManyMessages } from '../messages/inbox/many-messages.ts';
import { listLookedAt, lookedAt } from '../spec-support/plans.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { dueSql, dueValues } from './due.query.ts';
import { tellUntold } from './due-in-all.ts';
import { stages } from './rules.ts';

let ground: TestGround;
let parts: Instance;
let mailboxId: string;
const tenant = new Tenant();

beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
  mailboxId = (await makeBox(parts, tenant)).id;
  const { id } = await parts.depositDesk.deposit(depositInto(mailboxId), tenant.admin);
  const { id: deleted } = await parts.depositDesk.deposit(depositInto(mailboxId), tenant.admin);
  for (const held of [id, deleted]) {
    await parts.messageHolds.hold({ id: held, hold: { reason: null } }, tenant.admin);
  }
  await parts.messageDesk.delete({ id: deleted }, tenant.admin);
  const { pool } = parts.ground.store;
  await writeManyMessages(pool, { tenantId: tenant.id, mailboxId, messages: 24_000, inMailbox: 12_000 });
  await tellUntold(pool);
  await pool.query('ANALYZE message');
});
afterAll(() => ground.close());

const limit = 10;
const look = (through: Date, after: { since: Date; id: string } | null = null) => {
  const searches = stages.map((stage) => ({ tenantId: tenant.id, mailboxId, stage, through, after }));
  return lookedAt(parts, tenant.id, dueSql, dueValues(searches, limit));
};

it('looks for what is due at that alone, however many messages there are', async () => {
  const early = await look(new Date(0));
  expect(early.rows, early.plan).toBe(0);
  const late = await look(new Date(Date.now() + 60_000));
  expect(late.rows, late.plan).toBeLessThanOrEqual(2 * limit * stages.length);
  expect(late.blocks, late.plan).toBeLessThan(400);
  const behind = await look(new Date(Date.now() + 60_000), { since: new Date(Date.now() - 3_000_000), id: mailboxId });
  expect(behind.rows, behind.plan).toBeLessThanOrEqual(2 * limit * stages.length);
});

it.each([
  ['held in a mailbox', { held: true }, true],
  ['held in a tenant', { held: true }, false],
  ['held and deleted in a mailbox', { held: true, deleted: true }, true],
  ['held and deleted in a tenant', { held: true, deleted: true }, false],
] as const)('lists what is %s by looking at that alone', async (_title, filters, inMailbox) => {
  const asked = { limit, ...filters, ...(inMailbox && { mailboxId }) };
  const { rows, plan } = await listLookedAt(parts, tenant.admin, asked);
  expect(rows, plan).toBeLessThanOrEqual(4);
});

it('has told all of them since when they are what they are', async () => {
  const { rows } = await parts.ground.store.pool.query('SELECT FROM message WHERE stage_since IS NULL LIMIT 1');
  expect(rows).toEqual([]);
});
