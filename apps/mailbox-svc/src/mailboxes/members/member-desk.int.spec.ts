import { type CallContext, type MemberGrant, roleRights } from '@aftertone/contracts';
import { verifyFeeds } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inParallel } from '../../calls/in-parallel.ts';
import { kinds } from '../../ground/model.ts';
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

const groupBox = () => makeBox(parts, tenant, { accessType: 'group' });
const letIn = (who: CallContext, id: string, grant: MemberGrant, by = tenant.admin) =>
  parts.memberDesk.set({ id, userId: who.actor.id, grant }, by);
const remove = (who: CallContext, id: string, by = tenant.admin) =>
  parts.memberDesk.remove({ id, userId: who.actor.id }, by);
const notFound = { code: 'mailbox-not-found', kind: 'not-found' };

describe('a member', () => {
  it('may do what the rights say, from when they are given until they are taken', async () => {
    const { id } = await groupBox();
    const message = await parts.depositDesk.deposit(depositInto(id), tenant.admin);
    await expect(parts.mailboxDesk.get(id, ann)).rejects.toMatchObject(notFound);
    const member = await letIn(ann, id, { role: 'reader' });
    expect(member).toMatchObject({ userId: ann.actor.id, role: 'reader', rights: roleRights.reader });
    expect((await parts.inbox.list(ann, { limit: 5 })).items.map((item) => item.id)).toEqual([message.id]);
    const hear = () => parts.messageDesk.change({ id: message.id, changes: { heard: true } }, ann);
    await expect(hear()).rejects.toMatchObject({
      code: 'right-required',
      kind: 'rejected',
      details: { right: 'mark' },
    });
    const changed = await letIn(ann, id, { rights: ['mark'] });
    expect(changed).toEqual({ ...member, role: null, rights: ['listen', 'mark', 'deposit'] });
    expect(await hear()).toMatchObject({ heard: true });
    await remove(ann, id);
    await expect(parts.mailboxDesk.get(id, ann)).rejects.toMatchObject(notFound);
    expect((await parts.inbox.list(ann, { limit: 5 })).items).toEqual([]);
  });

  it('has no rights while the mailbox is personal, and has them again when it is shared', async () => {
    const { id } = await groupBox();
    await letIn(ann, id, { role: 'agent' });
    const become = (accessType: 'personal' | 'global') =>
      parts.mailboxDesk.change({ id, changes: { accessType, defaultRole: 'reader' } }, tenant.admin);
    await become('personal');
    await expect(parts.mailboxDesk.get(id, ann)).rejects.toMatchObject(notFound);
    for (const refused of [
      () => letIn(bob, id, { role: 'reader' }),
      () => remove(ann, id),
      () => parts.memberDesk.list({ id, limit: 5 }, tenant.admin),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: 'mailbox-not-shared', kind: 'rejected' });
    }
    await become('global');
    const message = await parts.depositDesk.deposit(depositInto(id), ann);
    await parts.messageDesk.change({ id: message.id, changes: { heard: true } }, ann);
    await expect(parts.messageDesk.change({ id: message.id, changes: { heard: false } }, bob)).rejects.toMatchObject({
      code: 'right-required',
    });
  });

  it('may leave without any right to manage others', async () => {
    const { id } = await groupBox();
    await letIn(ann, id, { role: 'reader' });
    await letIn(bob, id, { role: 'reader' });
    await expect(remove(bob, id, ann)).rejects.toMatchObject({
      code: 'right-required',
      details: { right: 'settings' },
    });
    await remove(ann, id, ann);
    expect((await parts.memberDesk.list({ id, limit: 5 }, bob)).items.map(({ userId }) => userId)).toEqual([
      bob.actor.id,
    ]);
  });

  it('with `settings` manages others within the own rights', async () => {
    const { id } = await groupBox();
    await letIn(ann, id, { rights: ['mark', 'settings'] });
    await letIn(bob, id, { role: 'agent' });
    const cora = tenant.user();
    await expect(letIn(cora, id, { role: 'agent' }, ann)).rejects.toMatchObject({ details: { right: 'move' } });
    await expect(remove(bob, id, ann)).rejects.toMatchObject({ details: { right: 'move' } });
    await letIn(cora, id, { rights: ['mark'] }, ann);
    await remove(cora, id, ann);
    await expect(letIn(ann, id, { role: 'manager' }, ann)).rejects.toMatchObject({ code: 'right-required' });
  });

  it('who manages may change the settings of an owner, and no others', async () => {
    const { id } = await groupBox();
    await letIn(ann, id, { role: 'manager' });
    await letIn(bob, id, { role: 'agent' });
    const change = (changes: object, by = ann) => parts.mailboxDesk.change({ id, changes }, by);
    await change({ name: 'Sales', timezone: 'Europe/Paris', language: 'fr', heardState: 'member' });
    await change({ notify: { email: { to: ['sales@example.test'] } } });
    for (const theirs of [
      { number: '77' },
      { context: 'other' },
      { accessType: 'global' },
      { ownerUserIds: [ann.actor.id] },
      { defaultRole: 'manager' },
      { quota: { maxMessages: null } },
      { extra: {} },
    ]) {
      await expect(change({ ...theirs, name: 'Mine' })).rejects.toMatchObject({ code: 'administrator-required' });
    }
    await expect(change({ name: 'Ours' }, bob)).rejects.toMatchObject({
      code: 'right-required',
      details: { right: 'settings' },
    });
    await expect(parts.mailboxDesk.close({ id }, ann)).rejects.toMatchObject({ code: 'administrator-required' });
    await parts.pins.set(id, '2580', ann);
    await expect(parts.pins.remove(id, bob)).rejects.toMatchObject({ code: 'right-required' });
    expect(await parts.mailboxDesk.get(id, bob)).toMatchObject({ name: 'Sales', heardState: 'member', hasPin: true });
  });
});

it('gives nothing any more once removed, also when that came between the decision and the append', async () => {
  const other = await ground.instance();
  const { id } = await groupBox();
  const cora = tenant.user();
  await letIn(ann, id, { role: 'manager' });
  const { pool } = parts.ground.store;
  // Appends wait for this table, reading a stream does not. They get it in the order in which they asked.
  const session = await pool.connect();
  const appendsWaiting = async () => {
    const { rows } = await session.query(
      `SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE NOT l.granted AND d.datname = current_database()`,
    );
    return rows[0].waiting;
  };
  let late: Promise<unknown>[];
  try {
    await session.query('BEGIN');
    await session.query('LOCK TABLE log_head IN ACCESS EXCLUSIVE MODE');
    const removal = remove(ann, id);
    await expect.poll(appendsWaiting).toBe(1);
    const grant = other.memberDesk.set({ id, userId: cora.actor.id, grant: { role: 'manager' } }, ann);
    const rename = (await ground.instance()).mailboxDesk.change({ id, changes: { name: 'Mine' } }, ann);
    const pin = (await ground.instance()).pins.set(id, '2580', ann);
    late = [removal, grant, rename, pin];
    for (const call of late) call.catch(() => undefined);
    await expect.poll(appendsWaiting).toBe(4);
    await session.query('COMMIT');
  } finally {
    session.release();
  }
  const [removal, ...others] = await Promise.allSettled(late);
  expect(removal?.status).toBe('fulfilled');
  for (const end of others) expect(end).toMatchObject({ status: 'rejected', reason: notFound });
  const { rows } = await pool.query('SELECT type FROM event WHERE stream_id = $1 ORDER BY version', [`mailbox-${id}`]);
  expect(rows.map(({ type }) => type)).toEqual(['MailboxCreated', 'MemberSet', 'MemberRemoved']);
});

it('has heard states of each member in shared mailboxes only', async () => {
  const { id } = await makeBox(parts, tenant, { ownerUserIds: [ann.actor.id] });
  const change = (by: CallContext) => parts.mailboxDesk.change({ id, changes: { heardState: 'member' } }, by);
  await expect(change(ann)).rejects.toMatchObject({ code: 'mailbox-not-shared', kind: 'rejected' });
  await change(tenant.admin);
});

it('lets an owner manage a group without being a member', async () => {
  const { id } = await makeBox(parts, tenant, { accessType: 'group', ownerUserIds: [ann.actor.id] });
  await letIn(bob, id, { role: 'manager' }, ann);
  expect((await parts.mailboxDesk.list({ limit: 5 }, ann)).items.map((box) => box.id)).toEqual([id]);
});

it('lets software manage members by what its token names', async () => {
  const { id } = await groupBox();
  const grants = { [id]: ['listen' as const, 'settings' as const, 'deposit' as const] };
  const service: CallContext = { ...tenant.admin, actor: { kind: 'service', id: newId(), admin: false, grants } };
  await letIn(bob, id, { role: 'reader' }, service);
  await expect(letIn(bob, id, { role: 'agent' }, service)).rejects.toMatchObject({ details: { right: 'mark' } });
});

it('lists a thousand members in pages by user id, and takes no more', async () => {
  const { id } = await groupBox();
  const people = Array.from({ length: 1_000 }, () => newId());
  // They change one stream: more at once would only fight for it.
  await inParallel(people, 2, async (userId) => {
    await parts.memberDesk.set({ id, userId, grant: { role: 'reader' } }, tenant.admin);
  });
  const seen: string[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await parts.memberDesk.list({ id, limit: 200, cursor }, tenant.admin);
    seen.push(...page.items.map(({ userId }) => userId));
    more = page.next !== null;
    cursor = page.next ?? undefined;
  }
  expect(seen).toEqual([...people].sort());
  await expect(letIn(ann, id, { role: 'reader' })).rejects.toMatchObject({
    code: 'too-many-members',
    kind: 'rejected',
    details: { limit: 1_000 },
  });
  await parts.mailboxDesk.close({ id }, tenant.admin);
  const { rows } = await parts.ground.store.pool.query('SELECT FROM mailbox_member WHERE mailbox_id = $1', [id]);
  expect(rows).toHaveLength(0);
  expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
}, 120_000);
