import { newMailbox } from '@aftertone/contracts';
import { verifyFeeds } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kinds } from '../ground/model.ts';
import { CountedGlobals1740000000004 } from '../migrations/1740000000004-counted-globals.ts';
import { type Instance, Tenant, type TestGround, testGround } from '../spec-support/test-ground.ts';

let ground: TestGround;
let [one, two]: Instance[] = [];
let tenant: Tenant;
beforeAll(async () => {
  ground = await testGround();
  [one, two] = [await ground.instance(), await ground.instance()];
});
afterAll(() => ground.close());
beforeEach(() => {
  tenant = new Tenant();
});

const processes = (): [Instance, Instance] => {
  if (one === undefined || two === undefined) throw new Error('the processes are made first');
  return [one, two];
};
let numbers = 100;
const create = (
  settings: { accessType?: 'personal' | 'global' | 'group'; context?: string },
  multipleSharedMailboxes = false,
  { mailboxDesk } = processes()[0],
) => {
  const mailbox = newMailbox.parse({ number: String(numbers++), name: 'Box', accessType: 'global', ...settings });
  return mailboxDesk.create({ mailbox, multipleSharedMailboxes }, tenant.admin);
};
const change = (id: string, changes: object, multipleSharedMailboxes = false) =>
  processes()[0].mailboxDesk.change({ id, changes, multipleSharedMailboxes }, tenant.admin);
const exists = { code: 'shared-mailbox-exists', kind: 'conflict' };

describe('a context with one global mailbox', () => {
  it('takes one of many creations at once, in two processes', async () => {
    const tries = Array.from({ length: 12 }, (_, n) => create({}, false, processes()[n % 2 === 0 ? 0 : 1]));
    const ends = await Promise.allSettled(tries);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject(exists);
    expect((await processes()[0].mailboxDesk.list({ limit: 50 }, tenant.admin)).items).toHaveLength(1);
  });

  it('is full until its mailbox is no global one of it any more', async () => {
    const first = await create({});
    await create({ context: 'sales' });
    const group = await create({ accessType: 'group' });
    await expect(create({})).rejects.toMatchObject(exists);
    await expect(change(group.id, { accessType: 'global' })).rejects.toMatchObject(exists);
    await expect(change(first.id, { context: 'sales' })).rejects.toMatchObject(exists);
    await change(first.id, { name: 'Still the one', number: '9' });
    await change(first.id, { accessType: 'personal' });
    await change(group.id, { accessType: 'global' });
    await change(group.id, { context: 'support' });
    await change(first.id, { accessType: 'global' });
    await processes()[0].mailboxDesk.close({ id: first.id }, tenant.admin);
    await create({});
    expect(await verifyFeeds(processes()[0].ground.store, kinds)).toEqual([]);
  });

  it('keeps those it had when there could be many', async () => {
    const [first, second] = [await create({}, true), await create({}, true)];
    await expect(create({})).rejects.toMatchObject(exists);
    await change(second.id, { accessType: 'group' });
    await expect(change(second.id, { accessType: 'global' })).rejects.toMatchObject(exists);
    await change(second.id, { accessType: 'global' }, true);
    await change(first.id, { name: 'First' });
  });

  it('is no matter of another tenant', async () => {
    await create({});
    tenant = new Tenant();
    await create({});
  });
});

it('counts what there was before the counting', async () => {
  const { store } = processes()[0].ground;
  const closed = await create({ context: 'gone' }, true);
  await processes()[0].mailboxDesk.close({ id: closed.id }, tenant.admin);
  await create({}, true);
  await create({}, true);
  await create({ accessType: 'group', context: `never-${newId()}` }, true);
  await store.pool.query("DELETE FROM feed WHERE feed_id LIKE 'globals/%'");
  const query = async (sql: string) => (await store.pool.query(sql)).rows;
  const runner = { query } as Parameters<CountedGlobals1740000000004['up']>[0];
  await new CountedGlobals1740000000004().up(runner);
  expect(await verifyFeeds(store, kinds)).toEqual([]);
  await expect(create({})).rejects.toMatchObject(exists);
});
