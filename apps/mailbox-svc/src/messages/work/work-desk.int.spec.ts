import type { CallContext, MessageItem } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

const teamBox = () => makeBox(parts, tenant, { accessType: 'global' });
const deposit = (mailboxId: string): Promise<MessageItem> =>
  parts.depositDesk.deposit(depositInto(mailboxId), tenant.admin);
const serviceOf = ({ id: tenantId }: Tenant, ...rights: ('listen' | 'mark' | 'deposit')[]): CallContext => ({
  ...tenant.admin,
  tenantId,
  actor: { kind: 'service', id: newId(), admin: false, grants: { '*': rights } },
});
const due = '2026-03-02T17:00:00.000Z';

describe('team work', () => {
  it('goes from hand to hand, and shows in the message', async () => {
    const { id } = await deposit((await teamBox()).id);
    const { workDesk } = parts;
    const claimed = await workDesk.claim({ id, dueAt: due }, ann);
    expect(claimed).toMatchObject({ state: 'claimed', assigneeUserId: ann.actor.id, dueAt: due, version: 2 });
    const refusal = {
      code: 'message-claimed',
      kind: 'conflict',
      details: { assigneeUserId: ann.actor.id, dueAt: due },
    };
    await expect(workDesk.claim({ id }, bob)).rejects.toMatchObject(refusal);
    await expect(workDesk.release({ id }, bob)).rejects.toMatchObject(refusal);
    await expect(workDesk.finish({ id }, bob)).rejects.toMatchObject(refusal);
    await workDesk.assign({ id, userId: bob.actor.id }, ann);
    expect(await workDesk.finish({ id }, bob)).toMatchObject({ state: 'done', assigneeUserId: bob.actor.id });
    await expect(workDesk.claim({ id }, ann)).rejects.toMatchObject({ code: 'message-done', kind: 'conflict' });
    expect(await workDesk.release({ id }, tenant.admin)).toMatchObject({
      state: 'open',
      assigneeUserId: null,
      dueAt: due,
    });
    const { items } = await parts.inbox.list(ann, { limit: 5 });
    expect(items).toEqual([expect.objectContaining({ id, state: 'open', assigneeUserId: null, dueAt: due })]);
  });

  it('is won by one of two processes that decided on the same state; the other decides again', async () => {
    const other = await ground.instance();
    const { pool } = parts.ground.store;
    const { id } = await deposit((await teamBox()).id);
    // Appends wait for this table, reading a stream does not: both have decided when both wait.
    const session = await pool.connect();
    const appendsWaiting = async () => {
      const { rows } = await session.query(
        `SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE NOT l.granted AND d.datname = current_database()`,
      );
      return rows[0].waiting;
    };
    let claims: Promise<PromiseSettledResult<MessageItem>[]>;
    try {
      await session.query('BEGIN');
      await session.query('LOCK TABLE log_head IN ACCESS EXCLUSIVE MODE');
      claims = Promise.allSettled([parts.workDesk.claim({ id }, ann), other.workDesk.claim({ id, dueAt: due }, bob)]);
      await expect.poll(appendsWaiting).toBe(2);
      await session.query('COMMIT');
    } finally {
      session.release();
    }
    const [anns, bobs] = await claims;
    const [won, lost, winner] = anns?.status === 'fulfilled' ? [anns, bobs, ann] : [bobs, anns, bob];
    expect(won).toMatchObject({ status: 'fulfilled', value: { assigneeUserId: winner.actor.id, version: 2 } });
    expect(lost).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'message-claimed',
        kind: 'conflict',
        details: { assigneeUserId: winner.actor.id, dueAt: winner === ann ? null : due },
      },
    });
  });

  it('is won by one of many who claim at once', async () => {
    const { id } = await deposit((await teamBox()).id);
    const callers = Array.from({ length: 24 }, () => tenant.user());
    const ends = await Promise.allSettled(callers.map((caller) => parts.workDesk.claim({ id }, caller)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(['message-claimed']));
  });

  it('is assigned only to who may listen there', async () => {
    const [global, own] = [await teamBox(), await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] })];
    const [shared, personal] = [await deposit(global.id), await deposit(own.id)];
    const refused = { code: 'assignee-without-access', kind: 'rejected' };
    const { workDesk } = parts;
    await expect(workDesk.assign({ id: personal.id, userId: bob.actor.id }, ann)).rejects.toMatchObject(refused);
    await workDesk.assign({ id: personal.id, userId: ann.actor.id }, tenant.admin);
    await workDesk.assign({ id: shared.id, userId: bob.actor.id }, ann);
    // An administrator may listen everywhere, and is no owner for that.
    const mine = await deposit(own.id);
    await workDesk.assign({ id: mine.id, userId: tenant.admin.actor.id }, tenant.admin);
  });

  it('is assigned but not claimed by a service', async () => {
    const { id } = await deposit((await teamBox()).id);
    const service = serviceOf(tenant, 'listen', 'mark');
    await expect(parts.workDesk.claim({ id }, service)).rejects.toMatchObject({
      code: 'claim-needs-user',
      kind: 'rejected',
    });
    expect(await parts.workDesk.assign({ id, userId: bob.actor.id }, service)).toMatchObject({ state: 'claimed' });
    await expect(parts.workDesk.finish({ id }, serviceOf(tenant, 'listen'))).rejects.toMatchObject({
      code: 'right-required',
      kind: 'rejected',
      details: { right: 'mark' },
    });
  });

  it('begins anew in another mailbox', async () => {
    const [box, other] = [await teamBox(), await teamBox()];
    const { id } = await deposit(box.id);
    await parts.workDesk.claim({ id, dueAt: due }, ann);
    const open = { state: 'open', assigneeUserId: null, dueAt: null };
    expect(await parts.messageDesk.copy({ id, copyId: newId(), mailboxId: other.id }, ann)).toMatchObject(open);
    expect(await parts.messageDesk.move({ id, mailboxId: other.id }, ann)).toMatchObject(open);
  });

  it('is done in batches, and what fails fails alone', async () => {
    const box = await teamBox();
    const ids = [(await deposit(box.id)).id, (await deposit(box.id)).id, (await deposit(box.id)).id];
    await parts.workDesk.claim({ id: ids[1] ?? '' }, bob);
    const results = await parts.batches.run({ ids, run: { action: 'claim', dueAt: due } }, ann);
    expect(results.map(({ ok, error }) => error?.code ?? ok)).toEqual([true, 'message-claimed', true]);
    await parts.batches.run({ ids, run: { action: 'assign', userId: bob.actor.id } }, tenant.admin);
    await parts.batches.run({ ids, run: { action: 'done' } }, bob);
    expect((await parts.inbox.list(bob, { limit: 5, state: 'done', assignee: 'me' })).items).toHaveLength(3);
    await parts.batches.run({ ids, run: { action: 'release' } }, bob);
    expect((await parts.inbox.list(bob, { limit: 5, state: 'open' })).items).toHaveLength(3);
  });

  it('is told in histories', async () => {
    const { id } = await deposit((await teamBox()).id);
    await parts.workDesk.claim({ id, dueAt: due }, ann);
    const { items } = await parts.history.list({ id, limit: 5 }, bob);
    expect(items[1]).toMatchObject({
      type: 'MessageClaimed',
      actor: { kind: 'user', id: ann.actor.id },
      data: {
        state: 'claimed',
        assigneeUserId: ann.actor.id,
        dueAt: due,
        was: { state: 'open', assigneeUserId: null, dueAt: null },
      },
    });
  });
});

describe('lists', () => {
  it('are of what oneself, somebody, or nobody has, and by state, in one mailbox and in all', async () => {
    const [box, other] = [await teamBox(), await teamBox()];
    const [nobodys, anns, bobs, done] = [
      await deposit(box.id),
      await deposit(box.id),
      await deposit(other.id),
      await deposit(box.id),
    ];
    await parts.workDesk.claim({ id: anns.id }, ann);
    await parts.workDesk.claim({ id: bobs.id }, bob);
    await parts.workDesk.claim({ id: done.id }, ann);
    await parts.workDesk.finish({ id: done.id }, ann);
    const ids = async (call: CallContext, filters: object, mailboxId?: string) => {
      const { items } = await parts.inbox.list(call, { limit: 10, ...filters }, mailboxId);
      return new Set(items.map(({ id }) => id));
    };
    const set = (...items: MessageItem[]) => new Set(items.map(({ id }) => id));
    for (const call of [ann, tenant.admin]) {
      expect(await ids(call, { assignee: ann.actor.id })).toEqual(set(anns, done));
      expect(await ids(call, { assignee: bob.actor.id })).toEqual(set(bobs));
      expect(await ids(call, { assignee: bob.actor.id }, box.id)).toEqual(set());
      expect(await ids(call, { assignee: 'none' })).toEqual(set(nobodys));
      expect(await ids(call, { state: 'claimed' })).toEqual(set(anns, bobs));
      expect(await ids(call, { state: 'open' }, box.id)).toEqual(set(nobodys));
      expect(await ids(call, { state: 'done', assignee: ann.actor.id }, box.id)).toEqual(set(done));
    }
    expect(await ids(bob, { assignee: 'me' })).toEqual(set(bobs));
    expect(await ids(tenant.admin, { assignee: 'me' })).toEqual(set());
    expect(await ids(serviceOf(tenant, 'listen'), { assignee: 'me' })).toEqual(set());
  });

  it('hold no message of a mailbox that the actor may not see, whoever has it', async () => {
    const own = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
    const { id } = await deposit(own.id);
    await parts.workDesk.claim({ id }, ann);
    const { items } = await parts.inbox.list(bob, { limit: 5, assignee: ann.actor.id });
    expect(items).toEqual([]);
  });
});

it('takes from somebody who is gone what is in hand, in whatever mailbox, and nothing else', async () => {
  const [box, own] = [await teamBox(), await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] })];
  const [inHand, inOwn, done, bobs] = [
    await deposit(box.id),
    await deposit(own.id),
    await deposit(box.id),
    await deposit(box.id),
  ];
  for (const { id } of [inHand, inOwn, done]) await parts.workDesk.claim({ id }, ann);
  await parts.workDesk.finish({ id: done.id }, ann);
  await parts.workDesk.claim({ id: bobs.id }, bob);
  const meta = { actor: { kind: 'system', id: 'mailbox-svc' }, correlationId: newId() } as const;
  for (let time = 0; time < 2; time += 1) {
    await parts.departedWork.release({ tenantId: tenant.id, userId: ann.actor.id }, meta);
  }
  const states = [];
  for (const { id } of [inHand, inOwn, done, bobs]) {
    const { message } = await parts.inbox.require(tenant.admin, id, { deleted: false, right: 'listen' });
    states.push([message.state ?? 'open', message.assigneeUserId, message.version]);
  }
  expect(states).toEqual([
    ['open', null, 3],
    ['open', null, 3],
    ['done', ann.actor.id, 3],
    ['claimed', bob.actor.id, 2],
  ]);
});
