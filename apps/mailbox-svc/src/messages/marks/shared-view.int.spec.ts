import { eventsByType } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { publishEvent } from '../../publishing/publish-event.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../../spec-support/test-ground.ts';

let ground: TestGround;
let parts: Instance;
let tenant: Tenant;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());
beforeEach(() => {
  tenant = new Tenant();
});

/** What the tenant's log tells of messages and counts, as the relay and every replay make it. */
const published = async () => {
  const events = await parts.ground.store.log.readTenant({ tenantId: tenant.id, afterPosition: 0, limit: 1_000 });
  const all = events.flatMap(publishEvent);
  for (const { type, data } of all) expect(eventsByType.get(type)?.data.parse(data)).toEqual(data);
  return all;
};
const switchTo = (id: string, heardState: 'shared' | 'member') =>
  parts.mailboxDesk.change({ id, changes: { heardState } }, tenant.admin);

it('says of what everybody is told that a member may see it otherwise, and of nothing else', async () => {
  const ann = tenant.user();
  const own = await makeBox(parts, tenant, { accessType: 'global', heardState: 'member' });
  const shared = await makeBox(parts, tenant, { accessType: 'global' });
  const { id } = await parts.depositDesk.deposit(depositInto(own.id), tenant.admin);
  await parts.messageDesk.change({ id, changes: { heard: true } }, ann);
  await parts.messageDesk.change({ id, changes: { urgent: true } }, tenant.admin);
  await parts.messageDesk.move({ id, mailboxId: shared.id }, tenant.admin);
  const told = (await published()).filter(({ type }) => !type.startsWith('mailbox_'));
  expect(told.map(({ type, data }) => [type, data.mailboxId, data.memberUserId, data.heardState])).toEqual([
    ['message_created', own.id, undefined, 'member'],
    ['mwi_updated', own.id, undefined, 'member'],
    ['message_updated', own.id, ann.actor.id, undefined],
    ['mwi_updated', own.id, ann.actor.id, undefined],
    ['message_updated', own.id, undefined, 'member'],
    ['mwi_updated', own.id, undefined, 'member'],
    ['message_deleted', own.id, undefined, undefined],
    ['mwi_updated', own.id, undefined, 'member'],
    ['message_created', shared.id, undefined, undefined],
    ['mwi_updated', shared.id, undefined, undefined],
  ]);
});

it('tells the counts when heard states become shared or own, after the change and without a gap', async () => {
  const [ann, bob] = [tenant.user(), tenant.user()];
  const { id } = await makeBox(parts, tenant, { accessType: 'global', heardState: 'member' });
  const message = await parts.depositDesk.deposit(depositInto(id), tenant.admin);
  await parts.messageDesk.change({ id: message.id, changes: { heard: true } }, ann);
  await switchTo(id, 'shared');
  const toShared = await parts.mailboxDesk.counts(id, ann);
  await switchTo(id, 'member');
  await parts.mailboxDesk.change({ id, changes: { name: `Box ${newId()}` } }, tenant.admin);

  const all = (await published()).filter(({ data }) => data.memberUserId === undefined);
  expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, n) => n + 1));
  const after = all.slice(3);
  expect(after.map(({ type, data }) => [type, data.heardState])).toEqual([
    ['mailbox_updated', undefined],
    ['mwi_updated', undefined],
    ['mailbox_updated', undefined],
    ['mwi_updated', 'member'],
    ['mailbox_updated', undefined],
  ]);
  expect(after[1]?.data.counts).toEqual(toShared);
  expect(toShared).toMatchObject({ new: 1, heard: 0 });
  expect(await parts.mailboxDesk.counts(id, ann)).toMatchObject({ new: 0, heard: 1 });
  expect(after[3]?.data.counts).toMatchObject(
    await parts.mailboxDesk.counts(id, bob).then(({ new: n }) => ({ new: n })),
  );
});
