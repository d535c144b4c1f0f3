import { type CallContext, type Mailbox, type MessageItem, type Right, right } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
let tenant: Tenant;
let box: Mailbox;
let target: Mailbox;
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
  target = await makeBox(parts, tenant);
  const deposit = () => parts.depositDesk.deposit(depositInto(box.id), tenant.admin);
  [kept, deleted] = [await deposit(), await deposit()];
  await parts.messageDesk.delete({ id: deleted.id }, tenant.admin);
});

/** A service with rights by mailbox; it sees no other. */
const serviceWith = (grants: Record<string, Right[]>): CallContext => ({
  ...tenant.admin,
  actor: { kind: 'service', id: newId(), admin: false, grants },
});
const without = (lacking: Right): Right[] => right.options.filter((one) => one !== lacking);

type Try = (call: CallContext) => Promise<unknown>;
const storedAt = () => new Date().toISOString();

/** What it takes in the message's mailbox. */
const actions: [string, Right, Try][] = [
  ['read', 'listen', (call) => parts.inbox.require(call, kept.id, { deleted: false, right: 'listen' })],
  ['see the history of', 'listen', (call) => parts.history.list({ id: kept.id, limit: 5 }, call)],
  ['copy', 'move', (call) => parts.messageDesk.copy({ id: kept.id, copyId: newId(), mailboxId: target.id }, call)],
  ['mark as heard', 'mark', (call) => parts.messageDesk.change({ id: kept.id, changes: { heard: true } }, call)],
  ['file', 'mark', (call) => parts.messageDesk.change({ id: kept.id, changes: { folder: 'work' } }, call)],
  ['assign', 'mark', (call) => parts.workDesk.assign({ id: kept.id, userId: tenant.admin.actor.id }, call)],
  ['finish', 'mark', (call) => parts.workDesk.finish({ id: kept.id }, call)],
  ['move', 'move', (call) => parts.messageDesk.move({ id: kept.id, mailboxId: target.id }, call)],
  ['throw away', 'delete', (call) => parts.messageDesk.change({ id: kept.id, changes: { folder: 'trash' } }, call)],
  ['delete', 'delete', (call) => parts.messageDesk.delete({ id: kept.id }, call)],
  ['purge', 'delete', (call) => parts.messageDesk.purge(kept.id, call)],
  [
    'replace the audio of',
    'delete',
    (call) => parts.messageDesk.attach({ id: kept.id, voice: voiceOf(), storedAt: storedAt() }, call),
  ],
  ['restore', 'restore', (call) => parts.messageDesk.restore({ id: deleted.id }, call)],
];

describe('in the mailbox of a message', () => {
  it.each(actions)('who lacks the right cannot %s it (%s)', async (_what, lacking, attempt) => {
    const all = serviceWith({ [box.id]: without(lacking), [target.id]: ['deposit'] });
    await expect(attempt(all)).rejects.toMatchObject({
      code: 'right-required',
      kind: 'rejected',
      details: { right: lacking },
    });
    const { version, folder } = (await parts.inbox.require(tenant.admin, kept.id, { deleted: false, right: null }))
      .message;
    expect([version, folder]).toEqual([1, 'inbox']);
  });

  it.each(actions)(
    'for whom the mailbox does not exist, the message to %s does not',
    async (_what, _right, attempt) => {
      for (const stranger of [serviceWith({ [target.id]: [...right.options] }), tenant.user(), new Tenant().admin]) {
        await expect(attempt(stranger)).rejects.toMatchObject({ code: 'message-not-found', kind: 'not-found' });
      }
    },
  );

  it('who lacks the right to one message of a batch fails for that one', async () => {
    const call = serviceWith({ [box.id]: ['listen'], [target.id]: [...right.options] });
    const mine = await parts.depositDesk.deposit(depositInto(target.id), tenant.admin);
    const run = { action: 'change', changes: { folder: 'saved' } } as const;
    const results = await parts.batches.run({ ids: [kept.id, mine.id, newId()], run }, call);
    expect(results.map(({ ok, error }) => error?.code ?? ok)).toEqual(['right-required', true, 'message-not-found']);
    expect(results.map(({ error }) => error?.details)).toEqual([{ right: 'mark' }, undefined, undefined]);
  });

  it('a batch tells who loses a message who has it, and nothing that is for logs', async () => {
    const [winner, loser] = [tenant.user(), tenant.user()];
    const team = await makeBox(parts, tenant, { accessType: 'global' });
    const { id } = await parts.depositDesk.deposit(depositInto(team.id), tenant.admin);
    const dueAt = new Date().toISOString();
    await parts.workDesk.claim({ id, dueAt }, winner);
    const [lost] = await parts.batches.run({ ids: [id], run: { action: 'claim' } }, loser);
    expect(lost?.error).toMatchObject({ code: 'message-claimed' });
    expect(lost?.error?.details).toEqual({ assigneeUserId: winner.actor.id, dueAt });
    const short = await makeBox(parts, tenant, { quota: { maxMessageSeconds: 1 } });
    const [long] = await parts.batches.run({ ids: [id], run: { action: 'copy', mailboxId: short.id } }, tenant.admin);
    expect(long?.error).toEqual({ code: 'message-too-long', message: expect.any(String) });
  });
});

describe('in the mailbox that a message goes to', () => {
  const into: [string, Try][] = [
    ['deposited', (call) => parts.depositDesk.deposit(depositInto(target.id), call)],
    ['moved', (call) => parts.messageDesk.move({ id: kept.id, mailboxId: target.id }, call)],
    ['copied', (call) => parts.messageDesk.copy({ id: kept.id, copyId: newId(), mailboxId: target.id }, call)],
  ];

  it.each(into)('it is %s only with the right to deposit there', async (_how, attempt) => {
    const own = { [box.id]: [...right.options] };
    await expect(attempt(serviceWith({ ...own, [target.id]: without('deposit') }))).rejects.toMatchObject({
      code: 'right-required',
      details: { right: 'deposit' },
    });
    await expect(attempt(serviceWith(own))).rejects.toMatchObject({ code: 'mailbox-not-found' });
    await attempt(serviceWith({ ...own, [target.id]: ['deposit'] }));
  });
});

it('lists what may be listened to, and nothing of mailboxes where one may only leave messages', async () => {
  const inTarget = await parts.depositDesk.deposit(depositInto(target.id), tenant.admin);
  const ids = async (grants: Record<string, Right[]>) =>
    new Set((await parts.inbox.list(serviceWith(grants), { limit: 10 })).items.map(({ id }) => id));
  expect(await ids({ [box.id]: ['deposit'], [target.id]: ['listen'] })).toEqual(new Set([inTarget.id]));
  expect(await ids({ '*': ['listen'], [target.id]: ['deposit'] })).toEqual(new Set([kept.id]));
  expect(await ids({ '*': ['listen'] })).toEqual(new Set([kept.id, inTarget.id]));
  expect(await ids({ '*': ['deposit'] })).toEqual(new Set());
});
