import { mailboxCommands as commands, mailboxQueries as queries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import {
  eventually,
  freePort,
  freshDatabase,
  type OwnNats,
  startNats,
  startPostgres,
  type TestDatabase,
} from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busMessages } from './spec-support/bus-messages.ts';
import { type RunningMailboxService, runMailboxService } from './spec-support/running-service.ts';
import { depositInto, Tenant } from './spec-support/test-ground.ts';

let nats: OwnNats;
let database: TestDatabase;
let service: RunningMailboxService;
beforeAll(async () => {
  [nats, database] = await Promise.all([startNats(), freshDatabase()]);
  service = await runMailboxService(database.url, nats.url);
  await eventually(async () =>
    expect(await service.ready()).toEqual({ status: 200, checks: { store: true, bus: true } }),
  );
});
afterAll(async () => {
  expect(await service.close()).toBe(true);
  await Promise.all([nats.remove(), database.drop()]);
});

const newBox = (tenant: Tenant, settings: object = {}) =>
  service.call(commands.createMailbox, { mailbox: { number: '1000', name: 'Box', ...settings } }, tenant.admin);

const messagesOf = async (tenant: Tenant) =>
  (await busMessages(nats.url, service.cell)).filter(({ event }) => event.tenantid === tenant.id);

describe('calls', () => {
  it('are answered over the bus, from creation to purge', async () => {
    const tenant = new Tenant();
    const ann = tenant.user();
    const box = await newBox(tenant, { ownerUserIds: [ann.actor.id], extra: { wazo: { a: [1, null] } } });
    expect(await service.call(queries.getMailbox, { id: box.id }, ann)).toEqual(box);
    await service.call(commands.changeMailbox, { id: box.id, changes: { name: 'Ann' }, ifVersion: 1 }, tenant.admin);
    await service.call(commands.setPin, { id: box.id, pin: '2580' }, ann);
    expect(await service.call(commands.verifyPin, { id: box.id, pin: '2580' }, ann)).toEqual({ verified: true });
    await service.call(commands.removePin, { id: box.id }, ann);
    expect(await service.call(queries.depositHint, { mailboxId: box.id }, ann)).toEqual({
      room: true,
      maxMessageSeconds: 600,
    });
    const item = await service.call(commands.depositMessage, depositInto(box.id), ann);
    const { id } = item;
    expect(await service.call(queries.getMessage, { id }, ann)).toEqual(item);
    await service.call(commands.changeMessage, { id, changes: { heard: true } }, ann);
    const copy = await service.call(commands.copyMessage, { id, copyId: newId(), mailboxId: box.id }, ann);
    const second = await newBox(tenant, { number: '1001', ownerUserIds: [ann.actor.id] });
    await service.call(commands.moveMessage, { id: copy.id, mailboxId: second.id }, ann);
    const voice = depositInto(box.id).voice;
    await service.call(commands.attachAudio, { id, voice, storedAt: new Date().toISOString() }, ann);
    await service.call(commands.deleteMessage, { id }, ann);
    await expect(service.call(queries.getMessage, { id }, ann)).rejects.toMatchObject({ code: 'message-not-found' });
    await service.call(commands.restoreMessage, { id }, ann);
    expect((await service.call(queries.listMessages, { limit: 1 }, ann)).next).not.toBeNull();
    expect((await service.call(queries.messageHistory, { id }, ann)).items).toHaveLength(5);
    expect(await service.call(queries.getCounts, { id: second.id }, ann)).toMatchObject({ new: 1 });
    expect((await service.call(queries.listMailboxes, {}, ann)).items.map((mailbox) => mailbox.id)).toEqual([
      box.id,
      second.id,
    ]);
    const { results } = await service.call(
      commands.batchMessages,
      { ids: [id, copy.id, newId()], run: { action: 'purge' } },
      ann,
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false]);
    await service.call(commands.purgeMessage, { id }, ann);
    await service.call(commands.closeMailbox, { id: box.id }, tenant.admin);
    await expect(service.call(queries.getMailbox, { id: box.id }, ann)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('that are malformed are refused by field', async () => {
    const wrong = { mailbox: { number: 'x', name: '', colour: 'red' } };
    await expect(service.call(commands.createMailbox, wrong as never, new Tenant().admin)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'invalid-request',
      details: { errors: expect.arrayContaining([expect.objectContaining({ path: 'mailbox.number' })]) },
    });
  });
});

describe('the bus', () => {
  it('is told of a deposit once, and each owner with a copy of each event', async () => {
    const tenant = new Tenant();
    const owners = [tenant.user(), tenant.user(), tenant.user()].map(({ actor }) => actor.id);
    const box = await newBox(tenant, { ownerUserIds: owners });
    const { id } = await service.call(commands.depositMessage, depositInto(box.id), tenant.admin);
    const found = await eventually(async () => {
      const messages = await messagesOf(tenant);
      expect(messages).toHaveLength(12);
      return messages;
    });
    const subjects = (topic: string, verb: string) => [
      `evt.${tenant.id}.mailboxes.${box.id}.${topic}.${verb}`,
      ...owners.map((owner) => `evt.${tenant.id}.users.${owner}.voicemails.${topic}.${verb}`),
    ];
    expect(found.map(({ subject }) => subject)).toEqual([
      ...subjects('settings', 'created'),
      ...subjects('messages', 'created'),
      ...subjects('mwi', 'updated'),
    ]);
    const created = found[4];
    expect(created?.event).toMatchObject({
      type: 'message_created',
      source: `/aftertone/${service.cell}/mailbox`,
      subject: `mailboxes.${box.id}.messages.created`,
      sequence: 2,
      streamversion: 1,
      correlationid: tenant.admin.correlationId,
      data: { messageId: id, reason: 'deposited', message: { callerNumber: '+33155509876' } },
    });
    expect(created?.audience).toEqual(owners.map((owner) => `users.${owner}.voicemails.messages.created`));
    expect(found.slice(5, 8).map(({ event }) => event)).toEqual([created?.event, created?.event, created?.event]);
    expect(found.slice(4).map(({ part }) => part)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(found[8]?.event).toMatchObject({ sequence: 3, data: { counts: { new: 1, revision: 3 } } });
  });

  it('numbers the events of a mailbox without a gap, through a move too', async () => {
    const tenant = new Tenant();
    const [from, to] = [await newBox(tenant), await newBox(tenant, { number: '1001', accessType: 'global' })];
    const { id } = await service.call(commands.depositMessage, depositInto(from.id), tenant.admin);
    await service.call(commands.changeMessage, { id, changes: { folder: 'saved', heard: true } }, tenant.admin);
    await service.call(commands.changeMessage, { id, changes: { folder: 'work' } }, tenant.admin);
    await service.call(commands.moveMessage, { id, mailboxId: to.id }, tenant.admin);
    await service.call(commands.deleteMessage, { id }, tenant.admin);
    const numbered = async (mailboxId: string) =>
      (await messagesOf(tenant))
        .filter(({ subject }) => subject.startsWith(`evt.${tenant.id}.mailboxes.${mailboxId}.`))
        .map(({ event }) => [event.sequence, event.type, event.data.reason ?? event.data.changed]);
    await eventually(async () =>
      expect(await numbered(to.id)).toEqual([
        [1, 'mailbox_created', undefined],
        [2, 'message_created', 'moved'],
        [3, 'mwi_updated', undefined],
        [4, 'message_deleted', 'deleted'],
        [5, 'mwi_updated', undefined],
      ]),
    );
    expect(await numbered(from.id)).toEqual([
      [1, 'mailbox_created', undefined],
      [2, 'message_created', 'deposited'],
      [3, 'mwi_updated', undefined],
      [4, 'message_updated', ['heard', 'heardAt']],
      [5, 'mwi_updated', undefined],
      [6, 'message_updated', ['folder']],
      [7, 'mwi_updated', undefined],
      [8, 'message_updated', ['folder']], // from one label to another: the counts stay
      [9, 'message_deleted', 'moved'],
      [10, 'mwi_updated', undefined],
    ]);
    const { revision } = await service.call(queries.getCounts, { id: from.id }, tenant.admin);
    expect(revision).toBe(10);
    const copies = (await messagesOf(tenant)).filter(({ subject }) => subject.includes('.voicemails.global.'));
    expect(copies.map(({ event }) => event.sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('tells of a full mailbox and of its end', async () => {
    const tenant = new Tenant();
    const box = await newBox(tenant, { quota: { maxMessages: 1 } });
    await service.call(commands.depositMessage, depositInto(box.id), tenant.admin);
    const deposit = service.call(commands.depositMessage, depositInto(box.id), tenant.admin);
    await expect(deposit).rejects.toMatchObject({ code: 'mailbox-full', kind: 'rejected' });
    await service.call(commands.closeMailbox, { id: box.id }, tenant.admin);
    await eventually(async () =>
      expect((await messagesOf(tenant)).map(({ event }) => event.type)).toEqual([
        'mailbox_created',
        'mwi_updated', // its message_created has left the bus with the message
        'message_refused',
        'mailbox_closed',
        'message_deleted',
        'mwi_updated',
        'mailbox_purged',
      ]),
    );
  });

  it('and the log tell the same', async () => {
    const tenant = new Tenant();
    const box = await newBox(tenant, { accessType: 'global' });
    for (let n = 0; n < 3; n++) await service.call(commands.depositMessage, depositInto(box.id), tenant.admin);
    const onBus = await eventually(async () => {
      const messages = await messagesOf(tenant);
      expect(messages).toHaveLength(14);
      return messages;
    });
    const replayed = [];
    for (let afterPosition = 0, more = true; more; ) {
      const page = await service.call(queries.events, { afterPosition, limit: 2 }, tenant.admin);
      replayed.push(...page.events);
      more = page.throughPosition < page.headPosition;
      afterPosition = page.throughPosition;
    }
    const sent = replayed.flatMap(({ paths, position, event }) =>
      paths.map((path) => ({ subject: `evt.${tenant.id}.${path}`, position, event })),
    );
    expect(sent).toEqual(onBus.map(({ subject, position, event }) => ({ subject, position, event })));
  });

  it('is filled again after it was wiped', async () => {
    const tenant = new Tenant();
    const box = await newBox(tenant);
    await service.call(commands.depositMessage, depositInto(box.id), tenant.admin);
    const ids = async () => (await messagesOf(tenant)).map(({ event }) => event.id);
    const before = await eventually(async () => {
      const found = await ids();
      expect(found).toHaveLength(3);
      return found;
    });
    await nats.wipe();
    await eventually(async () => expect(await ids()).toEqual(before), { timeoutMs: 20_000 });
    const { items } = await eventually(() => service.call(queries.listMessages, {}, tenant.admin));
    expect(items).toHaveLength(1);
  });
});

describe('a start', () => {
  it('does not need the bus or the database, and finds them later by itself', async () => {
    const [postgres, bus] = await Promise.all([startPostgres({ durable: true }), startNats()]);
    await Promise.all([postgres.kill(), bus.kill()]);
    const early = await runMailboxService(postgres.url, bus.url);
    try {
      expect(await early.ready()).toEqual({ status: 503, checks: { store: false, bus: false } });
      expect((await fetch(`${early.url}/healthz`)).status).toBe(200);
      const { admin } = new Tenant();
      await bus.start();
      await eventually(async () =>
        expect(await early.ready()).toEqual({ status: 503, checks: { store: false, bus: true } }),
      );
      // It takes no calls yet: another replica may answer them.
      await eventually(() =>
        expect(early.call(queries.listMailboxes, {}, admin)).rejects.toMatchObject({ code: 'service-unavailable' }),
      );
      await postgres.start();
      await eventually(
        async () => expect(await early.ready()).toEqual({ status: 200, checks: { store: true, bus: true } }),
        { timeoutMs: 20_000 },
      );
      expect(await early.call(queries.listMailboxes, {}, admin)).toEqual({ items: [], next: null });
      await postgres.kill();
      await expect(early.call(queries.listMailboxes, {}, admin)).rejects.toMatchObject({ code: 'store-unavailable' });
      expect(await early.ready()).toMatchObject({ status: 503, checks: { store: false, bus: true } });
      await postgres.start();
      await eventually(async () =>
        expect(await early.ready()).toEqual({ status: 200, checks: { store: true, bus: true } }),
      );
    } finally {
      expect(await early.close()).toBe(true);
      await Promise.all([postgres.remove(), bus.remove()]);
    }
  });

  it('ends in time while nothing answers', async () => {
    const nowhere = await freePort();
    const alone = await runMailboxService(`postgres://nobody@127.0.0.1:${nowhere}/none`, `nats://127.0.0.1:${nowhere}`);
    expect(await alone.close()).toBe(true);
  });
});
