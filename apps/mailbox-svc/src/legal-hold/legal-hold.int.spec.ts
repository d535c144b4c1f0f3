import { verifyFeeds } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandMeta } from '../ground/ground.ts';
import { kinds } from '../ground/model.ts';
import { MailboxClosing } from '../mailbox-closing/mailbox-closing.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
  voiceOf,
} from '../spec-support/test-ground.ts';

let ground: TestGround;
let parts: Instance;
let other: Instance;
let tenant: Tenant;
beforeAll(async () => {
  ground = await testGround();
  [parts, other] = await Promise.all([ground.instance(), ground.instance()]);
});
afterAll(() => ground.close());
beforeEach(() => {
  tenant = new Tenant();
});

const hold = { reason: 'case 1' };
const external = { storage: { type: 'external' as const, email: 'ann@elsewhere.test' } };
const ofMessage = { code: 'legal-hold', kind: 'rejected', details: { held: 'message' } };
const ofMailbox = { code: 'legal-hold', kind: 'rejected', details: { held: 'mailbox' } };
const deposit = async (mailboxId: string): Promise<string> =>
  (await parts.depositDesk.deposit(depositInto(mailboxId), tenant.admin)).id;
const purge = (id: string) => parts.messageDesk.purge(id, tenant.admin);
const listed = async (filters = {}) =>
  (await parts.inbox.list(tenant.admin, { limit: 50, ...filters })).items.map(({ id }) => id);
const eventsOf = async (id: string): Promise<string[]> => {
  const { items } = await parts.history.list({ id, limit: 50 }, tenant.admin);
  return items.map(({ type }) => type);
};

describe('a message under legal hold', () => {
  it('is seen to be, listed as such, and not purged, alone or with others, until the hold ends', async () => {
    const box = await makeBox(parts, tenant);
    const [id, free] = [await deposit(box.id), await deposit(box.id)];
    const item = await parts.messageHolds.hold({ id, hold }, tenant.admin);
    expect(item).toMatchObject({ id, version: 2, legalHold: { reason: 'case 1', by: tenant.admin.actor.id } });
    expect(await parts.messageHolds.hold({ id, hold }, tenant.admin)).toEqual(item);
    expect([await listed({ held: true }), await listed({ held: false })]).toEqual([[id], [free]]);
    await expect(purge(id)).rejects.toMatchObject(ofMessage);
    const results = await parts.batches.run({ ids: [id, free], run: { action: 'purge' } }, tenant.admin);
    expect(results).toMatchObject([
      { id, ok: false, error: { code: 'legal-hold', details: { held: 'message' } } },
      { id: free, ok: true },
    ]);
    expect(await parts.messageHolds.end({ id }, tenant.admin)).toMatchObject({ legalHold: null, version: 3 });
    await purge(id);
    expect(await eventsOf(id)).toEqual(['MessageDeposited', 'MessageHeld', 'MessageHoldEnded', 'MessagePurged']);
  });

  it('keeps its recording', async () => {
    const box = await makeBox(parts, tenant);
    const id = await deposit(box.id);
    await parts.messageHolds.hold({ id, hold }, tenant.admin);
    const audio = { id, voice: voiceOf(), storedAt: new Date().toISOString() };
    await expect(parts.messageDesk.attach(audio, tenant.admin)).rejects.toMatchObject(ofMessage);
  });

  it('is ended or begun anew by nobody who has not seen the newest of it', async () => {
    const box = await makeBox(parts, tenant);
    const id = await deposit(box.id);
    await parts.messageHolds.hold({ id, hold }, tenant.admin);
    const another = { id, hold: { reason: 'case 2' } };
    const stale = { code: 'version-mismatch' };
    await expect(parts.messageHolds.hold({ ...another, ifVersion: 1 }, tenant.admin)).rejects.toMatchObject(stale);
    expect(await parts.messageHolds.hold({ ...another, ifVersion: 2 }, tenant.admin)).toMatchObject({ version: 3 });
    await expect(parts.messageHolds.end({ id, ifVersion: 2 }, tenant.admin)).rejects.toMatchObject(stale);
    await parts.messageDesk.delete({ id }, tenant.admin);
    await expect(parts.messageDesk.restore({ id, ifVersion: 3 }, tenant.admin)).rejects.toMatchObject(stale);
    expect(await parts.messageHolds.end({ id, ifVersion: 4 }, tenant.admin)).toMatchObject({ legalHold: null });
  });

  it('is listed for administrators also when it is deleted', async () => {
    const ann = tenant.user();
    const box = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    const [id, kept, free] = [await deposit(box.id), await deposit(box.id), await deposit(box.id)];
    for (const one of [id, kept]) await parts.messageHolds.hold({ id: one, hold }, tenant.admin);
    for (const one of [id, free]) await parts.messageDesk.delete({ id: one }, tenant.admin);
    const deleted = { held: true, deleted: true } as const;
    expect([await listed(deleted), await listed({ held: true })]).toEqual([[id], [kept]]);
    const page = { limit: 50 };
    const ofBox = await parts.inbox.list(tenant.admin, { ...page, ...deleted }, box.id);
    expect(ofBox.items.map((item) => item.id)).toEqual([id]);
    await expect(parts.inbox.list(ann, { ...page, ...deleted })).rejects.toMatchObject({
      code: 'administrator-required',
    });
    for (const held of [false, undefined]) {
      await expect(listed({ held, deleted: true })).rejects.toMatchObject({ code: 'invalid-request' });
    }
    expect((await parts.inbox.list(new Tenant().admin, { ...page, ...deleted })).items).toEqual([]);
  });

  it('keeps its mailbox from keeping messages elsewhere, where nobody would see it', async () => {
    const box = await makeBox(parts, tenant);
    const id = await deposit(box.id);
    await parts.messageHolds.hold({ id, hold }, tenant.admin);
    await parts.messageDesk.delete({ id }, tenant.admin);
    const leave = () => parts.mailboxDesk.change({ id: box.id, changes: external }, tenant.admin);
    await expect(leave()).rejects.toMatchObject(ofMessage);
    await parts.messageHolds.end({ id }, tenant.admin);
    await leave();
    // As if the hold had come in the same moment.
    await parts.messageHolds.hold({ id, hold }, tenant.admin);
    await expect(parts.mailboxDesk.close({ id: box.id }, tenant.admin)).rejects.toMatchObject(ofMessage);
    await parts.messageHolds.end({ id }, tenant.admin);
    await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
  });

  it('may be deleted, and is held as a deleted one, which nobody sees', async () => {
    const box = await makeBox(parts, tenant);
    const [before, after] = [await deposit(box.id), await deposit(box.id)];
    await parts.messageHolds.hold({ id: before, hold }, tenant.admin);
    for (const id of [before, after]) await parts.messageDesk.delete({ id }, tenant.admin);
    const { revision } = await parts.mailboxDesk.counts(box.id, tenant.admin);
    await parts.messageHolds.hold({ id: after, hold }, tenant.admin);
    expect((await parts.mailboxDesk.counts(box.id, tenant.admin)).revision).toBe(revision);
    expect(await listed()).toEqual([]);
    for (const id of [before, after]) await expect(purge(id)).rejects.toMatchObject(ofMessage);
    expect(await parts.messageDesk.restore({ id: after }, tenant.admin)).toMatchObject({
      legalHold: { reason: 'case 1' },
    });
  });

  it('takes its hold along when it is moved, and leaves its copies free', async () => {
    const [from, to] = [await makeBox(parts, tenant), await makeBox(parts, tenant)];
    const id = await deposit(from.id);
    await parts.messageHolds.hold({ id, hold }, tenant.admin);
    const copy = await parts.messageDesk.copy({ id, copyId: newId(), mailboxId: to.id }, tenant.admin);
    expect(copy.legalHold).toBeNull();
    await parts.messageDesk.move({ id, mailboxId: to.id }, tenant.admin);
    await expect(purge(id)).rejects.toMatchObject(ofMessage);
    await purge(copy.id);
    // It counts where it is.
    await parts.mailboxDesk.close({ id: from.id }, tenant.admin);
    await expect(parts.mailboxDesk.close({ id: to.id }, tenant.admin)).rejects.toMatchObject(ofMessage);
  });

  it('keeps its mailbox open, deleted or not, until the last such hold has ended', async () => {
    const box = await makeBox(parts, tenant);
    const ids = [await deposit(box.id), await deposit(box.id)];
    for (const id of ids) await parts.messageHolds.hold({ id, hold }, tenant.admin);
    await parts.messageDesk.delete({ id: ids[0] ?? '' }, tenant.admin);
    const close = () => parts.mailboxDesk.close({ id: box.id }, tenant.admin);
    for (const id of ids) {
      await expect(close()).rejects.toMatchObject(ofMessage);
      await parts.messageHolds.end({ id }, tenant.admin);
    }
    await close();
  });

  it('is so in one order or the other when its mailbox is closed in that moment', async () => {
    for (let n = 0; n < 10; n += 1) {
      const box = await makeBox(parts, tenant);
      const id = await deposit(box.id);
      const [held, closed] = await Promise.allSettled([
        parts.messageHolds.hold({ id, hold }, tenant.admin),
        other.mailboxDesk.close({ id: box.id }, tenant.admin),
      ]);
      expect([held.status, closed.status].sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('outlives its mailbox where a process of the version before has closed that, and the others go', async () => {
    const box = await makeBox(parts, tenant);
    const [id, free] = [await deposit(box.id), await deposit(box.id)];
    await parts.messageHolds.hold({ id, hold }, tenant.admin);
    const { store } = parts.ground;
    const { decider } = mailboxAggregate;
    const decide: typeof decider.decide = () => [{ type: 'MailboxClosed', data: {} }];
    const before = { ...mailboxAggregate, decider: { ...decider, decide } };
    const { events } = await store.handle(before, {
      ...{ tenantId: tenant.id, id: box.id, meta: { actor: { kind: 'system', id: 'test' }, correlationId: 'test' } },
      command: { type: 'CloseMailbox', data: {}, meta: commandMeta(parts.ground) },
    });
    await new MailboxClosing(parts.ground).react(events);
    const { rows } = await store.pool.query('SELECT id FROM message WHERE tenant_id = $1', [tenant.id]);
    expect(rows).toEqual([{ id }]);
    expect(await eventsOf(free)).toContain('MessagePurged');
  });

  it('is so by administrators, and for nobody of another tenant', async () => {
    const ann = tenant.user();
    const box = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    const id = await deposit(box.id);
    const refused = { code: 'administrator-required' };
    await expect(parts.messageHolds.hold({ id, hold }, ann)).rejects.toMatchObject(refused);
    await parts.messageHolds.hold({ id, hold }, tenant.admin);
    await expect(parts.messageHolds.end({ id }, ann)).rejects.toMatchObject(refused);
    await expect(parts.messageDesk.purge(id, ann)).rejects.toMatchObject(ofMessage);
    for (const stranger of [new Tenant().admin, tenant.user()]) {
      const missing = { code: 'message-not-found' };
      await expect(parts.messageHolds.hold({ id, hold }, stranger)).rejects.toMatchObject(missing);
      await expect(parts.messageHolds.end({ id }, stranger)).rejects.toMatchObject(missing);
    }
  });
});

describe('a mailbox under legal hold', () => {
  const holdBox = (id: string) => parts.mailboxDesk.hold({ id, hold }, tenant.admin);

  it('loses nothing: no message, no recording, no message to another mailbox; what is lost by nobody goes on', async () => {
    const [box, elsewhere] = [await makeBox(parts, tenant), await makeBox(parts, tenant)];
    const [kept, deleted, outside] = [await deposit(box.id), await deposit(box.id), await deposit(elsewhere.id)];
    await parts.messageDesk.delete({ id: deleted }, tenant.admin);
    expect(await holdBox(box.id)).toMatchObject({ legalHold: { reason: 'case 1' }, version: 2 });
    for (const id of [kept, deleted]) await expect(purge(id)).rejects.toMatchObject(ofMailbox);
    const audio = { id: kept, voice: voiceOf(), storedAt: new Date().toISOString() };
    await expect(parts.messageDesk.attach(audio, tenant.admin)).rejects.toMatchObject(ofMailbox);
    const away = { id: kept, mailboxId: elsewhere.id };
    await expect(parts.messageDesk.move(away, tenant.admin)).rejects.toMatchObject(ofMailbox);
    await expect(parts.mailboxDesk.close({ id: box.id }, tenant.admin)).rejects.toMatchObject(ofMailbox);

    await parts.messageDesk.move({ id: outside, mailboxId: box.id }, tenant.admin);
    await expect(purge(outside)).rejects.toMatchObject(ofMailbox);
    await parts.messageDesk.copy({ ...away, copyId: newId() }, tenant.admin);
    await parts.messageDesk.restore({ id: deleted }, tenant.admin);
    await parts.messageDesk.delete({ id: kept }, tenant.admin);
    const silent = { ...depositInto(box.id), voice: undefined, storedAt: undefined };
    const { id: spoken } = await parts.depositDesk.deposit(silent, tenant.admin);
    await parts.messageDesk.attach({ ...audio, id: spoken }, tenant.admin);

    await parts.mailboxDesk.endHold({ id: box.id }, tenant.admin);
    for (const id of [kept, deleted, outside]) await purge(id);
    await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
  });

  it('stays so whatever else of it is changed, and goes on keeping its messages itself', async () => {
    const box = await makeBox(parts, tenant);
    const id = await deposit(box.id);
    await holdBox(box.id);
    await parts.mailboxDesk.change({ id: box.id, changes: { name: 'Other', quota: { maxMessages: 1 } } }, tenant.admin);
    await expect(purge(id)).rejects.toMatchObject(ofMailbox);
    const list = await parts.mailboxDesk.list({ limit: 50, held: true }, tenant.admin);
    expect(list.items.map((one) => one.id)).toEqual([box.id]);
    const leaving = parts.mailboxDesk.change({ id: box.id, changes: external }, tenant.admin);
    await expect(leaving).rejects.toMatchObject(ofMailbox);
    await expect(parts.mailboxDesk.close({ id: box.id }, tenant.admin)).rejects.toMatchObject(ofMailbox);
  });

  it('is judged with the append, not before: of purges in other processes none comes after the hold', async () => {
    const box = await makeBox(parts, tenant);
    const ids = await Promise.all(Array.from({ length: 20 }, () => deposit(box.id)));
    const held = holdBox(box.id);
    const ends = await Promise.allSettled(ids.map((id) => other.messageDesk.purge(id, tenant.admin)));
    await held;
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject(ofMailbox);
    const { rows } = await parts.ground.store.pool.query<{ late: number }>(
      `SELECT count(*)::int AS late FROM event WHERE tenant_id = $1 AND type = 'MessagePurged'
         AND position > (SELECT position FROM event WHERE tenant_id = $1 AND type = 'MailboxChanged')`,
      [tenant.id],
    );
    expect(rows).toEqual([{ late: 0 }]);
    expect(await listed()).toHaveLength(ends.filter(({ status }) => status === 'rejected').length);
  });

  it('is so by administrators, and for nobody of another tenant', async () => {
    const ann = tenant.user();
    const box = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    await expect(parts.mailboxDesk.hold({ id: box.id, hold }, ann)).rejects.toMatchObject({
      code: 'administrator-required',
    });
    await holdBox(box.id);
    await expect(parts.mailboxDesk.endHold({ id: box.id }, ann)).rejects.toMatchObject({
      code: 'administrator-required',
    });
    const stranger = new Tenant().admin;
    await expect(parts.mailboxDesk.hold({ id: box.id, hold }, stranger)).rejects.toMatchObject({
      code: 'mailbox-not-found',
    });
  });
});

it('counts what holds are judged by as the events do', async () => {
  expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
});
