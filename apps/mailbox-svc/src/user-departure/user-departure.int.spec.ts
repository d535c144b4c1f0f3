import { type CloudEvent, eventHeaders, eventSubject } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { connectBus, jetStreamTarget, type RunningConsumer } from '@aftertone/messaging';
import { createLogger } from '@aftertone/platform';
import { eventually, natsUrl, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inParallel } from '../calls/in-parallel.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { consumeDepartures } from './user-departure.consumer.ts';
import { UserDeparture } from './user-departure.ts';

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

it('hears of it from the bus', async () => {
  const before = await settled();
  const cell = uniqueCell();
  const bus = connectBus({ url: natsUrl(), name: 'test' });
  const log = createLogger({ service: 'mailbox-svc', level: 'silent' });
  let consumer: RunningConsumer | undefined;
  try {
    const target = jetStreamTarget({ bus, cell, service: 'gateway', replicas: 1 });
    await bus.whenUp(AbortSignal.timeout(5_000));
    const { lastSequence } = await target.inspect();
    const event = departure(before.userId);
    const headers = { [eventHeaders.position]: '1', [eventHeaders.part]: '0' };
    const subject = eventSubject(tenant.id, event.subject);
    const message = { subject, id: event.id, position: 1, part: 0, headers, body: JSON.stringify(event) };
    await target.publish([message], lastSequence);
    consumer = consumeDepartures({ ground: parts.ground, bus, cell, log });
    await eventually(() => expectGone(before));
  } finally {
    await consumer?.close();
    await bus.close();
  }
});
