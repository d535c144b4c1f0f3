import type { CloudEvent } from '@aftertone/contracts';
import { verifyFeeds } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { connectBus, type RunningConsumer } from '@aftertone/messaging';
import { createLogger } from '@aftertone/platform';
import { eventually, type OwnNats, startNats, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inParallel } from '../calls/in-parallel.ts';
import { kinds } from '../ground/model.ts';
import { publishEvents } from '../spec-support/publish-events.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { byTheService, DepartedUsers } from './departed-users.ts';
import { startSecondSweep, sweepAgain } from './second-sweep.ts';
import { consumeDepartures } from './user-departure.consumer.ts';
import { UserDeparture } from './user-departure.ts';

let ground: TestGround;
/** Streams of other cells would want the same subjects. */
let nats: OwnNats;
let parts: Instance;
let tenant: Tenant;
beforeAll(async () => {
  [ground, nats] = await Promise.all([testGround(), startNats()]);
  parts = await ground.instance();
});
afterAll(() => Promise.all([ground.close(), nats.remove()]));
beforeEach(() => {
  tenant = new Tenant();
});

const departure = (userId: string): CloudEvent => ({
  specversion: '1.0',
  id: newId(),
  source: '/aftertone/c1/gateway',
  type: 'user_deleted',
  subject: `identity.users.${userId}.deleted`,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  tenantid: tenant.id,
  streamversion: 2,
  correlationid: 'goodbye',
  data: { userId },
});

const causedBy = ({ id, correlationid }: CloudEvent) => byTheService({ correlationId: correlationid, causationId: id });
const dueNow = async () => (await new DepartedUsers(parts.ground).due(0, null, 100)).map(({ userId }) => userId);

const eventsOf = async () =>
  (
    await parts.ground.store.pool.query<{ type: string; meta: object }>(
      'SELECT type, meta FROM event WHERE tenant_id = $1 ORDER BY position',
      [tenant.id],
    )
  ).rows;

/** Two owned mailboxes, one with a membership, and a message in hand. */
const settled = async () => {
  const [ann, bob] = [tenant.user(), tenant.user()];
  const userId = ann.actor.id;
  const personal = await makeBox(parts, tenant, { ownerUserIds: [userId] });
  const group = await makeBox(parts, tenant, { accessType: 'group', ownerUserIds: [bob.actor.id, userId] });
  const member = await makeBox(parts, tenant, { accessType: 'group', ownerUserIds: [bob.actor.id] });
  await parts.memberDesk.set({ id: member.id, userId, grant: { role: 'agent' } }, tenant.admin);
  await parts.memberDesk.set({ id: member.id, userId: bob.actor.id, grant: { role: 'agent' } }, tenant.admin);
  const message = await parts.depositDesk.deposit(depositInto(member.id), ann);
  await parts.workDesk.claim({ id: message.id }, ann);
  return { ann, bob, userId, personal, group, member, message };
};
type Settled = Awaited<ReturnType<typeof settled>>;

const expectGone = async ({ ann, bob, personal, group, member, message }: Settled): Promise<void> => {
  expect(await parts.mailboxDesk.get(personal.id, tenant.admin)).toMatchObject({ ownerUserIds: [] });
  expect(await parts.mailboxDesk.get(group.id, bob)).toMatchObject({ ownerUserIds: [bob.actor.id] });
  const { items } = await parts.memberDesk.list({ id: member.id, limit: 5 }, bob);
  expect(items.map(({ userId }) => userId)).toEqual([bob.actor.id]);
  expect((await parts.mailboxDesk.list({ limit: 5 }, ann)).items).toEqual([]);
  expect((await parts.inbox.list(bob, { limit: 5, state: 'open' })).items.map(({ id }) => id)).toEqual([message.id]);
};

describe('a user who is deleted', () => {
  it('is no owner and no member any more, and has nothing in hand', async () => {
    const before = await settled();
    const gone = departure(before.userId);
    const departures = new UserDeparture(parts.ground);
    await departures.apply([gone]);
    await expectGone(before);
    const events = await eventsOf();
    expect(
      events
        .slice(-4)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['MailboxChanged', 'MailboxChanged', 'MemberRemoved', 'MessageReleased']);
    expect(events.at(-1)?.meta).toEqual({
      actor: { kind: 'system', id: 'mailbox-svc' },
      correlationId: 'goodbye',
      causationId: gone.id,
    });
    await departures.apply([gone, { ...gone, id: newId(), type: 'user_updated' }]);
    expect(await eventsOf()).toHaveLength(events.length);
  });

  it('leaves more mailboxes than one page holds', async () => {
    const userId = newId();
    await inParallel(Array.from({ length: 520 }), 16, async () => {
      await makeBox(parts, tenant, { ownerUserIds: [userId] });
    });
    await new UserDeparture(parts.ground).apply([departure(userId)]);
    const { items } = await parts.mailboxDesk.list({ limit: 5, ownerUserId: userId }, tenant.admin);
    expect(items).toEqual([]);
    const { rowCount } = await parts.ground.store.pool.query('SELECT FROM mailbox_owner WHERE user_id = $1', [userId]);
    expect(rowCount).toBe(0);
  }, 60_000);

  it('of another tenant is nobody here', async () => {
    const before = await settled();
    await new UserDeparture(parts.ground).apply([{ ...departure(before.userId), tenantid: newId() }]);
    expect(await parts.mailboxDesk.get(before.personal.id, before.ann)).toEqual(before.personal);
  });

  it('is refused as unreadable without an id', async () => {
    const event = { ...departure(newId()), data: {} };
    await expect(new UserDeparture(parts.ground).apply([event])).rejects.toMatchObject({ code: 'event-unreadable' });
  });
});

describe('from when the departure is known', () => {
  it('the user is made no owner and no member, and is given nothing', async () => {
    const { ann, userId, member, message, group } = await settled();
    await new UserDeparture(parts.ground).apply([departure(userId)]);
    const gone = { code: 'user-departed', kind: 'rejected', details: { userId } };
    const { admin } = tenant;
    const changes = { ownerUserIds: [userId] };
    const grant = { role: 'agent' } as const;
    await expect(makeBox(parts, tenant, { ownerUserIds: [userId] })).rejects.toMatchObject(gone);
    await expect(parts.mailboxDesk.change({ id: group.id, changes }, admin)).rejects.toMatchObject(gone);
    await expect(parts.memberDesk.set({ id: member.id, userId, grant }, admin)).rejects.toMatchObject(gone);
    await expect(parts.workDesk.assign({ id: message.id, userId }, admin)).rejects.toMatchObject(gone);
    const global = await makeBox(parts, tenant, { accessType: 'global' });
    const { id } = await parts.depositDesk.deposit(depositInto(global.id), admin);
    await expect(parts.workDesk.claim({ id }, ann)).rejects.toMatchObject(gone);
    // Strangers learn nothing about users, and another tenant's user of this id is another one.
    const set = parts.memberDesk.set({ id: member.id, userId, grant }, tenant.user());
    await expect(set).rejects.toMatchObject({ code: 'mailbox-not-found' });
    tenant = new Tenant();
    await makeBox(parts, tenant, { ownerUserIds: [userId] });
  });

  it('what was decided in between is found by a second sweep, once, after a restart too', async () => {
    const before = await settled();
    const gone = departure(before.userId);
    // As if every request of `settled` had looked at the user before the departure, and was appended after the first sweep.
    await new DepartedUsers(parts.ground).note({ tenantId: tenant.id, userId: before.userId }, causedBy(gone));
    const other = await ground.instance();
    const { signal } = new AbortController();
    await sweepAgain({ ground: other.ground }, signal);
    expect((await eventsOf()).at(-1)?.type).toBe('MessageClaimed'); // too early
    const sweep = startSecondSweep({ ground: other.ground, afterMs: 0, everyMs: 20 });
    await eventually(() => expectGone(before));
    await eventually(async () => expect(await dueNow()).toEqual([]));
    await sweep.stop();
    const events = await eventsOf();
    expect(events.at(-1)?.meta).toMatchObject({ correlationId: 'goodbye', causationId: gone.id });
    await new UserDeparture(parts.ground).apply([gone]);
    await sweepAgain({ ground: other.ground, afterMs: 0 }, signal);
    expect(await eventsOf()).toHaveLength(events.length);
  });

  it('a user who cannot be swept keeps no other waiting', async () => {
    const [stuck, free] = [await settled(), await settled()];
    const users = new DepartedUsers(parts.ground);
    for (const { userId } of [stuck, free]) {
      await users.note({ tenantId: tenant.id, userId }, causedBy(departure(userId)));
    }
    const { store } = parts.ground;
    const failing = Object.assign(Object.create(store) as typeof store, {
      handle: (...[aggregate, request]: Parameters<typeof store.handle>) => {
        if (JSON.stringify(request.command).includes(stuck.userId)) throw new Error('not today');
        return store.handle(aggregate, request);
      },
    });
    await sweepAgain({ ground: { ...parts.ground, store: failing }, afterMs: 0 }, new AbortController().signal);
    await expectGone(free);
    expect(await dueNow()).toEqual([stuck.userId]);
    await sweepAgain({ ground: parts.ground, afterMs: 0 }, new AbortController().signal);
    await expectGone(stuck);
    expect(await dueNow()).toEqual([]);
  });
});

it("takes deleted messages as well: restored ones are nobody's", async () => {
  const { userId, message, member } = await settled();
  await parts.messageDesk.delete({ id: message.id }, tenant.admin);
  const [shared] = (await eventsOf()).slice(-1);
  expect(shared?.type).toBe('MessageDeleted');
  await new UserDeparture(parts.ground).apply([departure(userId)]);
  const { items } = await parts.inbox.list(tenant.admin, { limit: 5 }, member.id);
  expect(items).toEqual([]);
  const restored = await parts.messageDesk.restore({ id: message.id }, tenant.admin);
  expect(restored).toMatchObject({ state: 'open', assigneeUserId: null });
  expect(await verifyFeeds(parts.ground.store, kinds)).toEqual([]);
  const { items: history } = await parts.history.list({ id: message.id, limit: 10 }, tenant.admin);
  expect(history.map(({ type }) => type).slice(-3)).toEqual([
    'MessageDeleted',
    'DeletedMessageReleased',
    'MessageRestored',
  ]);
});

it('hears of it from the bus', async () => {
  const before = await settled();
  const cell = uniqueCell();
  await publishEvents(nats.url, { cell, service: 'gateway' }, [departure(before.userId)]);
  const bus = connectBus({ url: nats.url, name: 'test' });
  const log = createLogger({ service: 'mailbox-svc', level: 'silent' });
  let consumer: RunningConsumer | undefined;
  try {
    consumer = consumeDepartures({ ground: parts.ground, bus, cell, log });
    await eventually(() => expectGone(before));
  } finally {
    await consumer?.close();
    await bus.close();
  }
});
