import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  depositInto,
  type Instance,
  keyed,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
  voiceOf,
} from '../../spec-support/test-ground.ts';

let ground: TestGround;
let one: Instance;
let other: Instance;
beforeAll(async () => {
  ground = await testGround();
  [one, other] = await Promise.all([ground.instance(), ground.instance()]);
});
afterAll(() => ground.close());

const codes = (ends: PromiseSettledResult<unknown>[]): string[] =>
  ends.map((end) => (end.status === 'fulfilled' ? 'ok' : String(end.reason.code ?? end.reason)));

const refusals = async (tenant: Tenant, mailboxId: string) => {
  const log = await one.ground.store.log.readTenant({ tenantId: tenant.id, afterPosition: 0, limit: 1000 });
  return log.filter((event) => event.type === 'DepositRefused' && event.streamId === `mailbox-${mailboxId}`);
};

describe('depositing', () => {
  it('answers with the message, lists it and counts it', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant);
    const input = depositInto(box.id, { urgent: true });
    const item = await one.depositDesk.deposit(input, tenant.admin);
    expect(item).toMatchObject({
      id: input.messageId,
      tenantId: tenant.id,
      mailboxId: box.id,
      folder: 'inbox',
      heard: false,
      urgent: true,
      callerNumber: '+33155509876',
      content: input.voice,
      version: 1,
      accessType: 'personal',
    });
    expect(await one.inbox.list(tenant.admin, { limit: 50 }, box.id)).toEqual({ items: [item], next: null });
    expect(await one.mailboxDesk.counts(box.id, tenant.admin)).toEqual({
      new: 1,
      saved: 0,
      heard: 0,
      trash: 0,
      urgentNew: 1,
      urgentSaved: 0,
      totalMs: 4_000,
      revision: 3, // mailbox_created, message_created, mwi_updated
    });
  });

  it('lets 32 deposits at once, on two instances, take exactly the 5 places there are', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant, { quota: { maxMessages: 5 } });
    const ends = await Promise.allSettled(
      Array.from({ length: 32 }, (_, n) =>
        (n % 2 ? one : other).depositDesk.deposit(depositInto(box.id), tenant.admin),
      ),
    );
    const outcome = codes(ends);
    expect(outcome.filter((code) => code === 'ok')).toHaveLength(5);
    expect(outcome.filter((code) => code === 'mailbox-full')).toHaveLength(27);
    expect(await one.mailboxDesk.counts(box.id, tenant.admin)).toMatchObject({ new: 5, totalMs: 20_000 });
    expect((await refusals(tenant, box.id)).length).toBeGreaterThan(0);
  });

  it('tells of a full box each time it was changed in between', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant, { quota: { maxMessages: 1 } });
    const refuse = () =>
      expect(one.depositDesk.deposit(depositInto(box.id), tenant.admin)).rejects.toMatchObject({
        code: 'mailbox-full',
        details: { limit: 'maxMessages' },
      });
    const { id } = await one.depositDesk.deposit(depositInto(box.id), tenant.admin);
    await refuse();
    expect(await refusals(tenant, box.id)).toHaveLength(1);
    await one.messageDesk.delete({ id }, tenant.admin);
    await one.depositDesk.deposit(depositInto(box.id), tenant.admin);
    await refuse();
    expect(await refusals(tenant, box.id)).toHaveLength(2);
  });

  it('counts seconds of audio too, to the last millisecond', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant, { quota: { maxTotalSeconds: 10 } });
    const deposit = (ms: number) => one.depositDesk.deposit(depositInto(box.id, {}, voiceOf(ms)), tenant.admin);
    await deposit(6_000);
    await expect(deposit(4_001)).rejects.toMatchObject({ code: 'mailbox-full', details: { limit: 'maxTotalSeconds' } });
    await deposit(4_000);
    // No second is left: the box is full for messages without audio as well.
    const { voice: _, ...silent } = depositInto(box.id);
    await expect(one.depositDesk.deposit(silent, tenant.admin)).rejects.toMatchObject({ code: 'mailbox-full' });
    expect(await one.mailboxDesk.depositHint(box.id, tenant.admin)).toEqual({ room: false, maxMessageSeconds: 600 });
  });

  it('is not possible for others than owners and administrators, nor in another tenant', async () => {
    const tenant = new Tenant();
    const [ann, bob] = [tenant.user(), tenant.user()];
    const box = await makeBox(one, tenant, { ownerUserIds: [ann.actor.id] });
    await one.depositDesk.deposit(depositInto(box.id), ann);
    for (const stranger of [bob, new Tenant().admin]) {
      await expect(one.depositDesk.deposit(depositInto(box.id), stranger)).rejects.toMatchObject({
        code: 'mailbox-not-found',
        kind: 'not-found',
      });
    }
  });

  it('needs the time when the recording was stored', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant);
    const { storedAt: _, ...input } = depositInto(box.id);
    await expect(one.depositDesk.deposit(input, tenant.admin)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('an idempotency key', () => {
  it('makes eight deposits at once, on two instances, one message, and answers each of them with it', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant);
    const call = keyed(tenant.admin, newId());
    const items = await Promise.all(
      Array.from({ length: 8 }, (_, n) => (n % 2 ? one : other).depositDesk.deposit(depositInto(box.id), call)),
    );
    for (const item of items) expect(item).toEqual(items[0]);
    expect((await one.inbox.list(tenant.admin, { limit: 50 }, box.id)).items).toEqual([items[0]]);
    expect(await one.depositDesk.deposit(depositInto(box.id), call)).toEqual(items[0]);
  });

  it('is refused under another body', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant);
    const key = newId();
    await one.depositDesk.deposit(depositInto(box.id), keyed(tenant.admin, key));
    await expect(
      other.depositDesk.deposit(depositInto(box.id), keyed(tenant.admin, key, 'b'.repeat(64))),
    ).rejects.toMatchObject({ code: 'idempotency-key-reused', kind: 'conflict' });
  });

  it('finds the message that it made also when the box is full now', async () => {
    const tenant = new Tenant();
    const box = await makeBox(one, tenant, { quota: { maxMessages: 1 } });
    const call = keyed(tenant.admin, newId());
    const item = await one.depositDesk.deposit(depositInto(box.id), call);
    expect(await one.depositDesk.deposit(depositInto(box.id), call)).toEqual(item);
  });

  it('answers with the message as it was made, whatever became of it', async () => {
    const tenant = new Tenant();
    const [box, elsewhere] = [await makeBox(one, tenant), await makeBox(one, tenant, { accessType: 'global' })];
    const call = keyed(tenant.admin, newId());
    const first = await one.depositDesk.deposit(depositInto(box.id), call);
    const { id } = first;
    const again = () => other.depositDesk.deposit(depositInto(box.id), call);
    await one.messageDesk.change({ id, changes: { heard: true, folder: 'saved' } }, tenant.admin);
    expect(await again()).toEqual(first);
    await one.messageDesk.move({ id, mailboxId: elsewhere.id }, tenant.admin);
    expect(await again()).toEqual(first);
    await one.messageDesk.delete({ id }, tenant.admin);
    expect(await again()).toEqual(first);
    await one.messageDesk.purge(id, tenant.admin);
    expect((await again()).id).not.toBe(id);
  });

  it('belongs to its actor', async () => {
    const tenant = new Tenant();
    const ann = tenant.user();
    const box = await makeBox(one, tenant, { ownerUserIds: [ann.actor.id] });
    const key = newId();
    const [first, second] = [
      await one.depositDesk.deposit(depositInto(box.id), keyed(tenant.admin, key)),
      await one.depositDesk.deposit(depositInto(box.id), keyed(ann, key)),
    ];
    expect(second.id).not.toBe(first.id);
  });
});
