import { type Actor, type CallContext, type Mailbox, type MessageItem, type Right, right } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
let tenant: Tenant;
let box: Mailbox;
let kept: MessageItem;
let deleted: MessageItem;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());
beforeEach(async () => {
  tenant = new Tenant();
  box = await makeBox(parts, tenant);
  const deposit = () => parts.depositDesk.deposit(depositInto(box.id), tenant.admin);
  [kept, deleted] = [await deposit(), await deposit()];
  await parts.messageDesk.delete({ id: deleted.id }, tenant.admin);
});

const as = (over: Partial<Actor>): CallContext => ({
  ...tenant.admin,
  actor: { kind: 'user', id: newId(), admin: false, ...over },
});
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

/** Everything that answers with a message, or takes it to where it can be read. */
const shows = (into: string): Record<string, (call: CallContext) => Promise<unknown>> => ({
  read: (call) => parts.inbox.require(call, kept.id, { deleted: false, right: 'listen' }),
  history: (call) => parts.history.list({ id: kept.id, limit: 5 }, call),
  'change nothing': (call) => parts.messageDesk.change({ id: kept.id, changes: {} }, call),
  'file where it is': (call) => parts.messageDesk.change({ id: kept.id, changes: { folder: 'inbox' } }, call),
  'mark urgent': (call) => parts.messageDesk.change({ id: kept.id, changes: { urgent: true } }, call),
  restore: (call) => parts.messageDesk.restore({ id: deleted.id }, call),
  'restore what is there': (call) => parts.messageDesk.restore({ id: kept.id }, call),
  claim: (call) => parts.workDesk.claim({ id: kept.id }, call),
  move: (call) => parts.messageDesk.move({ id: kept.id, mailboxId: into }, call),
  copy: (call) => parts.messageDesk.copy({ id: kept.id, copyId: newId(), mailboxId: into }, call),
});

describe('whose rights lack the one to listen', () => {
  const silent: Right[] = ['mark', 'move', 'delete', 'restore'];

  it('sees no message by changing, restoring, moving or claiming it', async () => {
    const user = as({ grants: { [box.id]: silent } });
    const own = await makeBox(parts, tenant, { ownerUserIds: [user.actor.id] });
    const depositor = as({ kind: 'service', grants: { [box.id]: [...silent, 'deposit'], [own.id]: ['deposit'] } });
    for (const [what, attempt] of Object.entries(shows(own.id))) {
      expect([what, await codeOf(attempt(user))]).toEqual([what, 'message-not-found']);
      expect([what, await codeOf(attempt(depositor))]).toEqual([what, 'right-required']);
    }
    expect((await parts.inbox.list(user, { limit: 5 })).items).toEqual([]);
  });
});

describe('whose token denies a mailbox', () => {
  const everything = [...right.options];

  it('finds it and its messages nowhere, whatever gives the rights', async () => {
    const [member, owner] = [newId(), newId()];
    const changes = { accessType: 'group' as const, ownerUserIds: [owner] };
    await parts.mailboxDesk.change({ id: box.id, changes }, tenant.admin);
    await parts.memberDesk.set({ id: box.id, userId: member, grant: { role: 'manager' } }, tenant.admin);
    const other = await makeBox(parts, tenant, { accessType: 'global' });
    const limits = { [box.id]: [] };
    const [mine, purged] = [await parts.depositDesk.deposit(depositInto(other.id), tenant.admin), kept.id];
    for (const actor of [
      { id: member },
      { id: owner },
      { admin: true },
      { grants: { [box.id]: everything } },
      { kind: 'service' as const, admin: true },
      { kind: 'service' as const, grants: { '*': everything } },
    ]) {
      const call = as({ ...actor, limits });
      for (const [what, attempt] of Object.entries(shows(other.id))) {
        expect([what, await codeOf(attempt(call))]).toEqual([what, 'message-not-found']);
      }
      expect((await parts.inbox.list(call, { limit: 5 })).items.map(({ id }) => id)).toEqual([mine.id]);
      expect((await parts.mailboxDesk.list({ limit: 5 }, call)).items.map(({ id }) => id)).toEqual([other.id]);
      expect(await codeOf(parts.mailboxDesk.close({ id: box.id }, call))).toBe('mailbox-not-found');
    }
    await parts.messageDesk.purge(purged, tenant.admin);
    const denied = as({ admin: true, limits });
    expect(await codeOf(parts.history.list({ id: purged, limit: 5 }, denied))).toBe('message-not-found');
    expect(await codeOf(parts.messageDesk.purge(purged, denied))).toBe('message-not-found');
    expect((await parts.history.list({ id: purged, limit: 5 }, tenant.admin)).items).toHaveLength(2);
  });

  it('does there what the denial leaves, and administers only with its settings', async () => {
    const call = as({ admin: true, limits: { [box.id]: ['listen', 'mark'] } });
    await parts.messageDesk.change({ id: kept.id, changes: { urgent: true } }, call);
    await expect(parts.messageDesk.delete({ id: kept.id }, call)).rejects.toMatchObject({
      code: 'right-required',
      details: { right: 'delete' },
    });
    for (const attempt of [
      () => parts.mailboxDesk.close({ id: box.id }, call),
      () => parts.mailboxDesk.change({ id: box.id, changes: { number: '99' } }, call),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'right-required', details: { right: 'settings' } });
    }
  });
});
