import type { MessageStorage } from '@aftertone/contracts';
import { verifyFeeds } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kinds } from '../../ground/model.ts';
import { everyTableHolding } from '../../spec-support/search-tables.ts';
import {
  depositInto,
  type Instance,
  keyed,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../../spec-support/test-ground.ts';
import { DepositDesk } from '../deposit/deposit-desk.ts';
import { Refusals } from '../deposit/refusals.ts';
import { messageAggregate } from '../message.aggregate.ts';

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

const external: MessageStorage = { type: 'external', email: 'ann@elsewhere.test' };
const internal: MessageStorage = { type: 'internal' };
const none = { new: 0, saved: 0, heard: 0, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 0 };
const notFound = { code: 'message-not-found' };

const keepAt = (id: string, storage: MessageStorage) =>
  parts.mailboxDesk.change({ id, changes: { storage } }, tenant.admin);

const typesOf = async (id: string) =>
  (await parts.ground.store.history(messageAggregate, tenant.id, id, { limit: 20 })).map(({ type }) => type);

const confirm = (id: string) =>
  parts.ground.store.handle(messageAggregate, {
    tenantId: tenant.id,
    id,
    command: { type: 'ConfirmForwarded', data: {}, meta: { now: new Date().toISOString() } },
    meta: { actor: { kind: 'system', id: 'test' }, correlationId: 'taken' },
  });

/** Every way to ask for a message. */
const asking = (id: string, mailboxId: string): (() => Promise<unknown>)[] => {
  const { admin } = tenant;
  const desk = parts.messageDesk;
  return [
    () => parts.inbox.require(admin, id, { deleted: false, right: null }),
    () => parts.inbox.require(admin, id, { deleted: true, right: null }),
    () => parts.history.list({ id, limit: 5 }, admin),
    () => desk.attach({ ...depositInto(mailboxId), id }, admin),
    () => desk.change({ id, changes: { heard: true } }, admin),
    () => desk.move({ id, mailboxId }, admin),
    () => desk.copy({ id, copyId: newId(), mailboxId }, admin),
    () => desk.delete({ id }, admin),
    () => desk.restore({ id }, admin),
    () => desk.purge(id, admin),
    () => parts.workDesk.claim({ id }, admin),
  ];
};

describe('a deposit into a mailbox whose messages are kept elsewhere', () => {
  it('is answered with the message, which is in no list and no count, and not there for anybody', async () => {
    const owner = tenant.user();
    const box = await makeBox(parts, tenant, {
      storage: external,
      ownerUserIds: [owner.actor.id],
      quota: { maxMessages: 1 },
    });
    const other = await makeBox(parts, tenant);
    const before = await parts.mailboxDesk.counts(box.id, owner);
    const inputs = [depositInto(box.id), depositInto(box.id)] as const;
    for (const input of inputs) {
      expect(await parts.depositDesk.deposit(input, owner)).toMatchObject({
        id: input.messageId,
        mailboxId: box.id,
        callerNumber: input.metadata.callerNumber,
        content: input.voice,
        accessType: 'personal',
      });
      expect(await typesOf(input.messageId)).toEqual(['MessageSpooled']);
    }
    for (const call of [owner, tenant.admin]) {
      expect((await parts.inbox.list(call, { limit: 5 })).items).toEqual([]);
      expect((await parts.inbox.list(call, { limit: 5 }, box.id)).items).toEqual([]);
    }
    expect(await parts.mailboxDesk.counts(box.id, owner)).toEqual({ ...before, ...none });
    expect(await parts.mailboxDesk.depositHint(box.id, owner)).toMatchObject({ room: true });
    for (const ask of asking(inputs[0].messageId, other.id)) await expect(ask()).rejects.toMatchObject(notFound);
    expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
  });

  it('repeated under its key is answered as the first was', async () => {
    const box = await makeBox(parts, tenant, { storage: external });
    const call = keyed(tenant.admin, newId());
    const first = await parts.depositDesk.deposit(depositInto(box.id), call);
    const again = depositInto(box.id);
    expect(await parts.depositDesk.deposit(again, call)).toEqual(first);
    expect(await typesOf(again.messageId)).toEqual([]);
  });

  it('leaves nothing of the caller when it has been taken there, and is still not there', async () => {
    const box = await makeBox(parts, tenant, { storage: external });
    const call = keyed(tenant.admin, 'the-key-of-this-deposit');
    const { id } = await parts.depositDesk.deposit(depositInto(box.id, { callerNumber: '+4915155501' }), call);
    for (let n = 0; n < 2; n += 1) await confirm(id);
    expect(await typesOf(id)).toEqual(['MessageSpooled', 'MessageForwarded']);
    const [spooled] = await parts.ground.store.history(messageAggregate, tenant.id, id, { limit: 1 });
    expect(spooled?.data).not.toHaveProperty('caller');
    for (const text of ['+4915155501', 'the-key-of-this-deposit']) {
      expect(await everyTableHolding(ground.database.url, text, tenant.id)).toEqual([]);
    }
    for (const ask of asking(id, box.id)) await expect(ask()).rejects.toMatchObject(notFound);
  });

  it('does not keep the mailbox from being closed, and is still taken then', async () => {
    const box = await makeBox(parts, tenant, { storage: external });
    const { id } = await parts.depositDesk.deposit(depositInto(box.id), tenant.admin);
    await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
    await expect(parts.depositDesk.deposit(depositInto(box.id), tenant.admin)).rejects.toMatchObject({
      code: 'mailbox-not-found',
    });
    await confirm(id);
    expect(await typesOf(id)).toEqual(['MessageSpooled', 'MessageForwarded']);
  });

  it('that was decided on before the change goes there as well, and no refusal is told', async () => {
    const box = await makeBox(parts, tenant);
    const { directory } = parts;
    let changed = false;
    const overtaken = Object.assign(Object.create(directory) as typeof directory, {
      requireWithFeed: async (...request: Parameters<typeof directory.requireWithFeed>) => {
        const found = await directory.requireWithFeed(...request);
        if (!changed) await keepAt(box.id, external);
        changed = true;
        return found;
      },
    });
    const refusals = new Refusals(parts.ground, directory);
    const desk = new DepositDesk(parts.ground, { directory: overtaken, refusals });
    const { id } = await desk.deposit(depositInto(box.id), tenant.admin);
    expect(await typesOf(id)).toEqual(['MessageSpooled']);
    const events = await parts.ground.store.log.readTenant({ tenantId: tenant.id, afterPosition: 0, limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(['MailboxCreated', 'MailboxChanged', 'MessageSpooled']);
  });
});

describe('messages that were in the mailbox before', () => {
  it('are hidden, and come back with their counts', async () => {
    const owner = tenant.user();
    const box = await makeBox(parts, tenant, { ownerUserIds: [owner.actor.id] });
    const other = await makeBox(parts, tenant, { ownerUserIds: [owner.actor.id] });
    const elsewhere = await parts.depositDesk.deposit(depositInto(other.id), owner);
    const item = await parts.depositDesk.deposit(depositInto(box.id, { urgent: true }), owner);
    await keepAt(box.id, external);
    expect(await parts.mailboxDesk.counts(box.id, owner)).toMatchObject(none);
    for (const call of [owner, tenant.admin]) {
      expect((await parts.inbox.list(call, { limit: 5 })).items.map(({ id }) => id)).toEqual([elsewhere.id]);
      expect((await parts.inbox.list(call, { limit: 5 }, box.id)).items).toEqual([]);
    }
    for (const ask of asking(item.id, other.id)) await expect(ask()).rejects.toMatchObject(notFound);
    await keepAt(box.id, internal);
    expect((await parts.inbox.list(owner, { limit: 5 }, box.id)).items).toEqual([item]);
    expect(await parts.mailboxDesk.counts(box.id, owner)).toMatchObject({ new: 1, urgentNew: 1, totalMs: 4_000 });
    await parts.depositDesk.deposit(depositInto(box.id), owner);
    expect(await parts.mailboxDesk.counts(box.id, owner)).toMatchObject({ new: 2 });
    expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
  });

  it('are not joined by others', async () => {
    const box = await makeBox(parts, tenant, { storage: external });
    const { id } = await parts.depositDesk.deposit(depositInto((await makeBox(parts, tenant)).id), tenant.admin);
    const refused = { code: 'mailbox-external', kind: 'rejected' };
    const { messageDesk } = parts;
    await expect(messageDesk.move({ id, mailboxId: box.id }, tenant.admin)).rejects.toMatchObject(refused);
    const copy = messageDesk.copy({ id, copyId: newId(), mailboxId: box.id }, tenant.admin);
    await expect(copy).rejects.toMatchObject(refused);
  });
});

it('takes an administrator to say where messages are kept', async () => {
  const owner = tenant.user();
  const box = await makeBox(parts, tenant, { ownerUserIds: [owner.actor.id] });
  const change = parts.mailboxDesk.change({ id: box.id, changes: { storage: external } }, owner);
  await expect(change).rejects.toMatchObject({ code: 'administrator-required' });
  expect(await keepAt(box.id, external)).toMatchObject({ storage: external, version: 2 });
  expect(await parts.mailboxDesk.get(box.id, owner)).toMatchObject({ storage: external });
});
