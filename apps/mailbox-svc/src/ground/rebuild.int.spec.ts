import { rebuild, verifyFeeds } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
  voiceOf,
} from '../spec-support/test-ground.ts';
import { derive, kinds } from './model.ts';

let ground: TestGround;
let parts: Instance;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());

const tables = ['mailbox', 'mailbox_owner', 'mailbox_member', 'message', 'message_mark', 'greeting'];

/** Every row of the read models, in an order that does not depend on how they were written. */
const rows = async (): Promise<unknown[]> => {
  const { pool } = parts.ground.store;
  const all = await Promise.all(
    [...tables, 'own_mark', 'own_run'].map((table) =>
      pool.query(`SELECT to_jsonb(r) AS row FROM ${table} r ORDER BY to_jsonb(r)::text`),
    ),
  );
  return all.map((found) => found.rows);
};

/** A bit of everything that changes rows and counts. */
const live = async (tenant: Tenant): Promise<void> => {
  const { mailboxDesk, memberDesk, depositDesk, messageDesk, pins, greetingDesk } = parts;
  const { admin } = tenant;
  const [ann, bob] = [tenant.user().actor.id, tenant.user().actor.id];
  const box = await makeBox(parts, tenant, { ownerUserIds: [ann, bob] });
  const other = await makeBox(parts, tenant, { accessType: 'global', heardState: 'member' });
  const closed = await makeBox(parts, tenant, { ownerUserIds: [bob] });
  const elsewhere = await makeBox(parts, tenant, {
    storage: { type: 'external', email: 'ann@elsewhere.test' },
    notify: { text: { to: ['pager@example.test'] } },
  });
  const deposit = async (mailboxId: string, over = {}) =>
    (await depositDesk.deposit(depositInto(mailboxId, over), admin)).id;
  const [moved, deleted, purged, restored] = [
    await deposit(box.id, { urgent: true }),
    await deposit(box.id),
    await deposit(box.id),
    await deposit(box.id),
  ];
  await messageDesk.change({ id: moved, changes: { heard: true, folder: 'work' } }, admin);
  await messageDesk.move({ id: moved, mailboxId: other.id }, admin);
  await messageDesk.change({ id: moved, changes: { heard: false } }, tenant.user());
  await messageDesk.copy({ id: moved, copyId: newId(), mailboxId: box.id }, admin);
  await messageDesk.delete({ id: deleted }, admin);
  await messageDesk.delete({ id: restored }, admin);
  await messageDesk.restore({ id: restored }, admin);
  await messageDesk.purge(purged, admin);
  await deposit(closed.id);
  await deposit(elsewhere.id);
  for (const userId of [ann, bob]) await memberDesk.set({ id: other.id, userId, grant: { role: 'reader' } }, admin);
  await memberDesk.set({ id: other.id, userId: bob, grant: { rights: ['delete'] } }, admin);
  await memberDesk.remove({ id: other.id, userId: ann }, admin);
  await mailboxDesk.change({ id: box.id, changes: { ownerUserIds: [bob], name: 'New' } }, admin);
  await pins.set(box.id, '2580', admin);
  for (const kind of ['busy', 'busy', 'name'] as const) {
    const storedAt = new Date().toISOString();
    await greetingDesk.record({ id: box.id, kind, recordingId: newId(), voice: voiceOf(), storedAt }, admin);
  }
  await greetingDesk.remove({ id: box.id, kind: 'name' }, admin);
  await mailboxDesk.close({ id: closed.id }, admin);
};

it('makes the same rows and counts from the events alone', async () => {
  await live(new Tenant());
  await live(new Tenant());
  const before = await rows();
  const { store } = parts.ground;
  // Rows that no event speaks of must be gone afterwards, and those of the events be back.
  await store.pool.query(
    'UPDATE message SET deleted = NOT deleted; DELETE FROM mailbox_owner; DELETE FROM mailbox_member; DELETE FROM greeting',
  );
  await store.pool.query(`INSERT INTO mailbox_owner VALUES ($1, $1, $1)`, [newId()]);
  expect(await rows()).not.toEqual(before);
  await rebuild({ store, aggregates: kinds, tables, derive });
  expect(await rows()).toEqual(before);
  expect(await verifyFeeds(store, kinds)).toEqual([]);
  // Written to as before.
  const tenant = new Tenant();
  const box = await makeBox(parts, tenant);
  await parts.depositDesk.deposit(depositInto(box.id), tenant.admin);
  expect((await parts.inbox.list(tenant.admin, { limit: 10 })).items).toHaveLength(1);
});
