import type { CallContext, MessageChanges, MessageItem } from '@aftertone/contracts';
import { rebuild, verifyFeeds } from '@aftertone/event-store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { derive, kinds } from '../../ground/model.ts';
import { mailboxPublisher } from '../../publishing/publisher.ts';
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
let [ann, bob]: [CallContext, CallContext] = [new Tenant().user(), new Tenant().user()];
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());
beforeEach(() => {
  tenant = new Tenant();
  [ann, bob] = [tenant.user(), tenant.user()];
});

const memberBox = (over: object = {}) =>
  makeBox(parts, tenant, { accessType: 'global', heardState: 'member', ...over });
const deposit = (mailboxId: string, over: Record<string, unknown> = {}): Promise<MessageItem> =>
  parts.depositDesk.deposit(depositInto(mailboxId, over), tenant.admin);
const change = (id: string, changes: MessageChanges, by: CallContext) => parts.messageDesk.change({ id, changes }, by);
const get = async (id: string, call: CallContext) =>
  (await parts.inbox.list(call, { limit: 50 })).items.find((item) => item.id === id);
const counts = (mailboxId: string, call: CallContext) => parts.mailboxDesk.counts(mailboxId, call);

describe('an own heard state', () => {
  it("is in the item, lists, filters and counts of whom it is, and nobody else's", async () => {
    const box = await memberBox();
    const [first, second] = [await deposit(box.id, { urgent: true }), await deposit(box.id)];
    const item = await change(first.id, { heard: true }, ann);
    expect(item).toMatchObject({ heard: true, heardAt: expect.any(String), version: 2 });
    expect(await get(first.id, ann)).toEqual(item);
    expect(await get(first.id, bob)).toMatchObject({ heard: false, heardAt: null });
    const ids = async (call: CallContext, heard: boolean, mailboxId?: string) =>
      (await parts.inbox.list(call, { limit: 10, heard }, mailboxId)).items.map(({ id }) => id);
    for (const mailboxId of [undefined, box.id]) {
      expect(await ids(ann, true, mailboxId)).toEqual([first.id]);
      expect(await ids(ann, false, mailboxId)).toEqual([second.id]);
      expect(await ids(bob, true, mailboxId)).toEqual([]);
      expect(new Set(await ids(tenant.admin, false, mailboxId))).toEqual(new Set([first.id, second.id]));
    }
    expect(await counts(box.id, ann)).toMatchObject({ new: 1, heard: 1, urgentNew: 0, urgentSaved: 1 });
    expect(await counts(box.id, bob)).toMatchObject({ new: 2, heard: 0, urgentNew: 1, urgentSaved: 0 });
  });

  it('of a service is the shared one: it is no person', async () => {
    const box = await memberBox();
    const { id } = await deposit(box.id);
    const actor = { kind: 'service', id: 'token', admin: false, grants: { '*': ['listen', 'mark'] } } as const;
    await change(
      id,
      { heard: true },
      { ...tenant.admin, actor: { ...actor, grants: { '*': [...actor.grants['*']] } } },
    );
    expect(await get(id, bob)).toMatchObject({ heard: true });
  });

  it('takes no more than the right to listen, other changes of the same call do', async () => {
    const box = await memberBox({ defaultRole: 'reader' });
    const { id } = await deposit(box.id);
    expect(await change(id, { heard: true }, ann)).toMatchObject({ heard: true });
    await expect(change(id, { heard: false, folder: 'saved' }, ann)).rejects.toMatchObject({
      code: 'right-required',
      kind: 'rejected',
      details: { right: 'mark' },
    });
    expect(await get(id, ann)).toMatchObject({ heard: true, folder: 'inbox' });
  });

  it('waits while the mailbox shares one heard state, and is there again afterwards', async () => {
    const box = await memberBox();
    const { id } = await deposit(box.id);
    const mode = (heardState: 'shared' | 'member') =>
      parts.mailboxDesk.change({ id: box.id, changes: { heardState } }, tenant.admin);
    await change(id, { heard: true }, ann);
    await mode('shared');
    expect([await get(id, ann), await counts(box.id, ann)]).toMatchObject([{ heard: false }, { new: 1, heard: 0 }]);
    await change(id, { heard: true }, bob);
    await change(id, { heard: false }, ann);
    await mode('member');
    expect([await get(id, ann), await counts(box.id, ann)]).toMatchObject([{ heard: true }, { new: 0, heard: 1 }]);
    expect([await get(id, bob), await counts(box.id, bob)]).toMatchObject([{ heard: false }, { new: 1, heard: 0 }]);
  });

  it('ends where the message leaves the mailbox: in a move and a purge', async () => {
    const [box, other] = [await memberBox(), await memberBox()];
    const [moved, purged] = [await deposit(box.id), await deposit(box.id)];
    for (const { id } of [moved, purged]) await change(id, { heard: true }, ann);
    const marks = async () =>
      (await parts.ground.store.pool.query('SELECT FROM message_mark WHERE tenant_id = $1', [tenant.id])).rowCount;
    expect(await marks()).toBe(2);
    expect(await parts.messageDesk.move({ id: moved.id, mailboxId: other.id }, ann)).toMatchObject({ heard: false });
    await parts.messageDesk.purge(purged.id, ann);
    expect(await marks()).toBe(0);
    expect(await counts(box.id, ann)).toMatchObject({ new: 0, heard: 0 });
    expect(await counts(other.id, ann)).toMatchObject({ new: 1, heard: 0 });
  });

  it("is in the histories of its member and of administrators, and takes no place in others' pages", async () => {
    const box = await memberBox();
    const { id } = await deposit(box.id);
    for (const heard of [true, false, true]) await change(id, { heard }, ann);
    await change(id, { urgent: true }, bob);
    const types = async (call: CallContext, limit: number) =>
      (await parts.history.list({ id, limit }, call)).items.map(({ type }) => type);
    expect(await types(bob, 2)).toEqual(['MessageDeposited', 'MessageFlagged']);
    const all = ['MessageDeposited', ...Array(3).fill('MessageHeardByMember'), 'MessageFlagged'];
    expect([await types(ann, 9), await types(tenant.admin, 9)]).toEqual([all, all]);
    const { items } = await parts.history.list({ id, limit: 9 }, ann);
    expect(items[2]?.data).toEqual({ userId: ann.actor.id, heardAt: null, was: { heardAt: expect.any(String) } });
  });
});

describe('what is told', () => {
  const told = async (afterPosition: number) => {
    const events = await parts.ground.store.log.readAll(afterPosition, 100);
    return events.flatMap((event) => mailboxPublisher('c1').envelopes(event));
  };

  it('of an own heard state goes to its member only, and takes no number of the mailbox', async () => {
    const box = await memberBox();
    const { id } = await deposit(box.id);
    const before = await counts(box.id, ann);
    const head = await parts.ground.store.log.headPosition();
    await change(id, { heard: true }, ann);
    const own = await told(head);
    const ownPaths = (topic: string) => [
      `mailboxes.${box.id}.member_${topic}.updated`,
      `users.${ann.actor.id}.voicemails.${topic}.updated`,
    ];
    expect(own.map(({ paths, event }) => [paths, event.type, event.sequence])).toEqual([
      [ownPaths('messages'), 'message_updated', undefined],
      [ownPaths('mwi'), 'mwi_updated', undefined],
    ]);
    const { revision } = before;
    expect(own[1]?.event.data).toMatchObject({ counts: { new: 0, heard: 1, revision }, memberUserId: ann.actor.id });
    expect(await counts(box.id, ann)).toMatchObject({ new: 0, heard: 1, revision });
    // The next number of the mailbox follows without a gap.
    const next = await parts.ground.store.log.headPosition();
    await change(id, { urgent: true }, bob);
    const [shared] = await told(next);
    expect(shared?.event).toMatchObject({ sequence: revision + 1, data: { message: { heard: false, urgent: true } } });
    expect(shared?.event.data).not.toHaveProperty('memberUserId');
  });
});

it('is counted and listed the same after everything was made anew from the events', async () => {
  const [box, other] = [await memberBox(), await memberBox()];
  const ids: string[] = [];
  for (let n = 0; n < 6; n += 1) ids.push((await deposit(box.id, { urgent: n % 2 === 0 })).id);
  const [a = '', b = '', c = '', d = '', e = ''] = ids;
  for (const id of ids) await change(id, { heard: true }, ann);
  await change(a, { heard: true, folder: 'saved' }, bob);
  await change(b, { heard: false }, ann);
  await parts.messageDesk.delete({ id: c }, bob);
  await parts.messageDesk.move({ id: d, mailboxId: other.id }, bob);
  await change(d, { heard: true }, bob);
  await parts.messageDesk.purge(e, bob);
  const { store } = parts.ground;
  const rows = async () =>
    (await store.pool.query('SELECT to_jsonb(k) AS row FROM message_mark k ORDER BY to_jsonb(k)::text')).rows;
  const before = await rows();
  await store.pool.query('DELETE FROM message_mark WHERE tenant_id = $1', [tenant.id]);
  expect(await rows()).not.toEqual(before);
  await rebuild({ store, aggregates: kinds, tables: ['message', 'message_mark'], derive });
  expect(await rows()).toEqual(before);
  expect(await verifyFeeds(store, kinds)).toEqual([]);
});
