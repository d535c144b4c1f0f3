import { mailboxAccess } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Publication } from '../publishing/publication.ts';
import { publishEvent } from '../publishing/publish-event.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';

let ground: TestGround;
let parts: Instance;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());

/** Everything that the tenant's log tells, from its beginning, as the relay and every replay make it. */
const publications = async (tenant: Tenant): Promise<Publication[]> => {
  const events = await parts.ground.store.log.readTenant({ tenantId: tenant.id, afterPosition: 0, limit: 1_000 });
  return events.flatMap(publishEvent);
};
const ofMessages = (all: readonly Publication[]) =>
  all.filter(({ type }) => type.startsWith('message_')).map(({ audiences }) => audiences);
const lamps = (all: readonly Publication[]) => all.filter(({ type }) => type === 'mwi_updated');

it('keeps the messages, and turns later events to the new audience; replays of older ones keep theirs', async () => {
  const tenant = new Tenant();
  const [ann, bob] = [tenant.user(), tenant.user()];
  const to = (userId: string) => `users.${userId}.voicemails.messages.created`;
  const { id } = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
  const deposit = () => parts.depositDesk.deposit(depositInto(id), tenant.admin);
  const become = (changes: object) => parts.mailboxDesk.change({ id, changes }, tenant.admin);

  const kept = await deposit();
  await become({ accessType: 'global' });
  await deposit();
  await become({ accessType: 'group' });
  await deposit();
  await become({ accessType: 'personal', ownerUserIds: [bob.actor.id] });
  await deposit();

  const all = await publications(tenant);
  expect(ofMessages(all)).toEqual([
    [to(ann.actor.id)],
    ['voicemails.global.messages.created'],
    [`voicemails.groups.${id}.messages.created`],
    [to(bob.actor.id)],
  ]);
  const { items } = await parts.inbox.list(bob, { limit: 10 });
  expect(items).toHaveLength(4);
  expect(items.at(-1)).toEqual(kept);
  await expect(parts.directory.require(ann, id, 'listen')).rejects.toMatchObject({ code: 'mailbox-not-found' });
});

it("tells the new audience's lamps the counts, in the mailbox's sequence without a gap", async () => {
  const tenant = new Tenant();
  const [ann, bob] = [tenant.user(), tenant.user()];
  const { id } = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
  for (let n = 0; n < 3; n += 1) await parts.depositDesk.deposit(depositInto(id), tenant.admin);
  await parts.mailboxDesk.change({ id, changes: { ownerUserIds: [bob.actor.id] } }, tenant.admin);
  await parts.mailboxDesk.change({ id, changes: { name: 'Same people' } }, tenant.admin);
  await parts.memberDesk
    .set({ id, userId: newId(), grant: { role: 'reader' } }, tenant.admin)
    .catch((error: { code: string }) => expect(error.code).toBe('mailbox-not-shared'));

  const all = await publications(tenant);
  expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, n) => n + 1));
  const last = lamps(all).at(-1);
  expect(last).toMatchObject({
    audiences: [`users.${bob.actor.id}.voicemails.mwi.updated`],
    data: { counts: await parts.mailboxDesk.counts(id, bob).then((counts) => ({ ...counts, revision: 9 })) },
  });
  expect(lamps(all)).toHaveLength(4);
});

it('stamps no member onto events: who may hear a group is looked at when it is read', async () => {
  const tenant = new Tenant();
  const { id } = await makeBox(parts, tenant, { accessType: 'group' });
  const member = tenant.user().actor.id;
  await parts.memberDesk.set({ id, userId: member, grant: { role: 'reader' } }, tenant.admin);
  await parts.depositDesk.deposit(depositInto(id), tenant.admin);
  const events = await parts.ground.store.log.readTenant({ tenantId: tenant.id, afterPosition: 0, limit: 10 });
  const deposited = events.find(({ type }) => type === 'MessageDeposited');
  expect(mailboxAccess.parse(deposited?.stamps.mailbox?.access)).toEqual({ type: 'group', ownerUserIds: [] });
  expect((await publications(tenant)).find(({ type }) => type === 'mailbox_member_updated')).toMatchObject({
    sequence: 2,
    audiences: [
      `voicemails.groups.${id}.settings.member_updated`,
      `users.${member}.voicemails.settings.member_updated`,
    ],
  });
});
