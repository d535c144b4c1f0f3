import { mailboxCommands as commands } from '@aftertone/contracts';
import { eventually, freshDatabase, type OwnNats, startNats, type TestDatabase } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { busMessages } from '../spec-support/bus-messages.ts';
import { completed } from '../spec-support/notifications.ts';
import { publishEvents } from '../spec-support/publish-events.ts';
import { type RunningMailboxService, runMailboxService } from '../spec-support/running-service.ts';
import { callerFields, depositInto, Tenant } from '../spec-support/test-ground.ts';

let nats: OwnNats;
let database: TestDatabase;
let service: RunningMailboxService;
beforeAll(async () => {
  [nats, database] = await Promise.all([startNats(), freshDatabase()]);
  service = await runMailboxService(database.url, nats.url);
  await eventually(async () => expect((await service.ready()).status).toBe(200));
});
afterAll(async () => {
  await service.close();
  await Promise.all([nats.remove(), database.drop()]);
});

it('leaves nothing of a purged message on the bus but that it is gone, and everything else where it is', async () => {
  const tenant = new Tenant();
  const owners = [tenant.user(), tenant.user()].map(({ actor }) => actor.id);
  const mailbox = { number: '1', name: 'Box', ownerUserIds: owners };
  const box = await service.call(commands.createMailbox, { mailbox }, tenant.admin);
  const deposit = (callerNumber: string) =>
    service.call(commands.depositMessage, depositInto(box.id, { callerNumber }), tenant.admin);
  const [before, gone, after] = [await deposit('+100'), await deposit('+200'), await deposit('+300')];
  for (const { id } of [gone, before]) {
    await service.call(commands.changeMessage, { id, changes: { heard: true, folder: 'saved' } }, tenant.admin);
  }
  await service.call(commands.purgeMessage, { id: gone.id }, tenant.admin);
  const of = async (id: string) =>
    (await busMessages(nats.url, service.cell)).filter(({ event }) => event.data.messageId === id);
  await eventually(async () => {
    const left = await of(gone.id);
    expect(left.map(({ event }) => [event.type, event.data.reason])).toEqual([
      ['message_deleted', 'purged'],
      ['message_deleted', 'purged'],
      ['message_deleted', 'purged'],
    ]);
  });
  expect(JSON.stringify(await busMessages(nats.url, service.cell))).not.toContain('+200');
  const all = await busMessages(nats.url, service.cell);
  expect(all.filter(({ event }) => event.type === 'mwi_updated')).toHaveLength(24);
  expect((await of(before.id)).map(({ event }) => event.type)).toEqual(
    Array(9)
      .fill(0)
      .map((_, n) => (n < 3 ? 'message_created' : 'message_updated')),
  );
  expect(await of(after.id)).toHaveLength(3);
});

it('does so for every message of a closed mailbox', async () => {
  const tenant = new Tenant();
  const mailbox = { number: '1', name: 'Box', accessType: 'global' } as const;
  const box = await service.call(commands.createMailbox, { mailbox }, tenant.admin);
  await Promise.all(
    Array.from({ length: 40 }, () => service.call(commands.depositMessage, depositInto(box.id), tenant.admin)),
  );
  await service.call(commands.closeMailbox, { id: box.id }, tenant.admin);
  const text = async () => {
    const messages = await busMessages(nats.url, service.cell);
    return JSON.stringify(messages.filter(({ event }) => event.tenantid === tenant.id));
  };
  await eventually(async () => {
    expect(await text()).toContain('mailbox_purged');
    expect(await text()).not.toContain(callerFields.callerName);
  });
});

it('takes off what was to be forwarded, once it was', async () => {
  const tenant = new Tenant();
  const storage = { type: 'external', email: 'ann@elsewhere.test' } as const;
  const box = await service.call(
    commands.createMailbox,
    { mailbox: { number: '1', name: 'Box', storage } },
    tenant.admin,
  );
  const deposit = depositInto(box.id, { callerNumber: '+500' });
  const { id } = await service.call(commands.depositMessage, deposit, tenant.admin);
  const told = async () =>
    (await busMessages(nats.url, service.cell)).filter(({ event }) => event.data.messageId === id);
  await eventually(async () =>
    expect((await told()).map(({ event, audience }) => [event.type, event.sequence, audience])).toEqual([
      ['message_forwarding', undefined, []],
    ]),
  );
  const taken = completed({ id, tenantId: tenant.id, mailboxId: box.id }, 'external');
  await publishEvents(nats.url, { cell: service.cell, service: 'notify' }, [taken]);
  await eventually(async () => expect((await told()).map(({ event }) => event.type)).toEqual(['message_forwarded']));
});

it('takes off what members were told of their own views', async () => {
  const tenant = new Tenant();
  const mailbox = { number: '1', name: 'Box', accessType: 'global', heardState: 'member' } as const;
  const box = await service.call(commands.createMailbox, { mailbox }, tenant.admin);
  const deposit = depositInto(box.id, { callerNumber: '+400' });
  const { id } = await service.call(commands.depositMessage, deposit, tenant.admin);
  await service.call(commands.changeMessage, { id, changes: { heard: true } }, tenant.user());
  const text = async () => JSON.stringify(await busMessages(nats.url, service.cell));
  await eventually(async () => expect(await text()).toContain('memberUserId'));
  expect(await text()).toContain('+400');
  await service.call(commands.purgeMessage, { id }, tenant.admin);
  await eventually(async () => expect(await text()).not.toContain('+400'));
});
