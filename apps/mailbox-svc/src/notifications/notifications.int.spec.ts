import type { CloudEvent, NotifyChanges } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { connectBus, type RunningConsumer } from '@aftertone/messaging';
import { createLogger } from '@aftertone/platform';
import { eventually, type OwnNats, startNats, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bounced, completed } from '../spec-support/notifications.ts';
import { publishEvents } from '../spec-support/publish-events.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { consumeNotifications } from './notifications.consumer.ts';
import { Notifications } from './notifications.ts';

let ground: TestGround;
/** Streams of other cells would want the same subjects. */
let nats: OwnNats;
let parts: Instance;
let tenant: Tenant;
let apply: (...events: CloudEvent[]) => Promise<void>;
beforeAll(async () => {
  [ground, nats] = await Promise.all([testGround(), startNats()]);
  parts = await ground.instance();
  const notifications = new Notifications(parts.ground);
  apply = (...events) => notifications.apply(events);
});
afterAll(() => Promise.all([ground.close(), nats.remove()]));
beforeEach(() => {
  tenant = new Tenant();
});

const messageIn = async (notify: NotifyChanges) => {
  const box = await makeBox(parts, tenant, { notify });
  return parts.depositDesk.deposit(depositInto(box.id), tenant.admin);
};
const now = async (id: string) => {
  const { message } = await parts.inbox.require(tenant.admin, id, { deleted: false, right: null });
  return message;
};
const historyOf = async (id: string) => (await parts.history.list({ id, limit: 20 }, tenant.admin)).items;

describe('a message that everybody has been told of by e-mail', () => {
  it.each([
    [{}, 'inbox'],
    [{ deleteAfterNotify: true }, 'trash'],
    [{ saveAfterNotify: true }, 'saved'],
    [{ deleteAfterNotify: true, saveAfterNotify: true }, 'saved'],
  ])('of a mailbox with %o is then in %s, by the service', async (notify, folder) => {
    const item = await messageIn(notify);
    const event = completed(item);
    for (let n = 0; n < 2; n += 1) await apply(event);
    expect(await now(item.id)).toMatchObject({ folder, heardAt: null });
    const [, filed, ...rest] = await historyOf(item.id);
    expect(rest).toEqual([]);
    if (folder === 'inbox') return expect(filed).toBeUndefined();
    expect(filed).toMatchObject({
      type: 'MessageFiled',
      actor: { kind: 'system', id: 'mailbox-svc' },
      correlationId: 'told',
      data: { folder, was: { folder: 'inbox' }, because: 'notified' },
    });
  });

  it('is left alone when somebody has touched it', async () => {
    const item = await messageIn({ deleteAfterNotify: true });
    await parts.messageDesk.change({ id: item.id, changes: { heard: true } }, tenant.admin);
    await apply(completed(item));
    expect(await now(item.id)).toMatchObject({ folder: 'inbox' });
  });

  it('is filed where it was moved to by what its people were told, not by what those before them were', async () => {
    const item = await messageIn({ deleteAfterNotify: true });
    const other = await makeBox(parts, tenant, { notify: { deleteAfterNotify: true } });
    await parts.messageDesk.move({ id: item.id, mailboxId: other.id }, tenant.admin);
    await apply(completed(item));
    expect(await now(item.id)).toMatchObject({ folder: 'inbox', mailboxId: other.id });
    await apply(completed({ ...item, mailboxId: other.id }));
    expect(await now(item.id)).toMatchObject({ folder: 'trash' });
  });

  it('is left alone when it is gone, with its mailbox too, or of another tenant', async () => {
    const [purged, closed, other] = [
      await messageIn({ deleteAfterNotify: true }),
      await messageIn({ deleteAfterNotify: true }),
      await messageIn({ deleteAfterNotify: true }),
    ];
    await parts.messageDesk.purge(purged.id, tenant.admin);
    await parts.mailboxDesk.close({ id: closed.mailboxId }, tenant.admin);
    await apply(completed(purged), bounced(purged), completed(closed), bounced(closed));
    await apply(completed({ ...other, tenantId: newId() }), completed({ ...other, id: newId() }));
    expect(await now(other.id)).toMatchObject({ folder: 'inbox', version: 1 });
  });

  it.each(['email', 'text'])('is new again when such an e-mail comes back: %s', async (channel) => {
    const item = await messageIn({ deleteAfterNotify: true });
    await apply(completed(item), bounced(item, { bounce: null }), bounced(item, { purpose: 'escalation' }));
    expect(await now(item.id)).toMatchObject({ folder: 'trash' });
    const back = bounced(item, { channel });
    for (let n = 0; n < 2; n += 1) await apply(back);
    expect(await now(item.id)).toMatchObject({ folder: 'inbox', version: 3 });
    expect((await historyOf(item.id)).at(-1)?.data).toMatchObject({ because: 'bounced' });
    await apply(completed(item));
    expect(await now(item.id)).toMatchObject({ folder: 'inbox', version: 3 });
    expect(await parts.mailboxDesk.counts(item.mailboxId, tenant.admin)).toMatchObject({ new: 1, trash: 0 });
  });

  it('stays in the trash while the mailbox closes', async () => {
    const item = await messageIn({ deleteAfterNotify: true });
    await apply(completed(item));
    await parts.mailboxDesk.close({ id: item.mailboxId }, tenant.admin);
    await apply(bounced(item));
    expect((await historyOf(item.id)).map(({ type }) => type)).toEqual(['MessageDeposited', 'MessageFiled']);
  });
});

it('refuses an event that is not what it promises, and passes over others', async () => {
  const item = await messageIn({ deleteAfterNotify: true });
  const broken = { ...completed(item), data: {} };
  await expect(apply(broken)).rejects.toMatchObject({ kind: 'invalid', code: 'event-unreadable' });
  await apply({ ...completed(item), type: 'notification_delivered' });
  expect(await now(item.id)).toMatchObject({ folder: 'inbox' });
});

it('hears of it from the bus: files what was told, and lets go of what was taken elsewhere', async () => {
  const [binned, returned] = [
    await messageIn({ deleteAfterNotify: true }),
    await messageIn({ deleteAfterNotify: true }),
  ];
  const box = await makeBox(parts, tenant, { storage: { type: 'external', email: 'ann@elsewhere.test' } });
  const forwarded = await parts.depositDesk.deposit(depositInto(box.id), tenant.admin);
  const cell = uniqueCell();
  const events = [completed(returned), completed(binned), bounced(returned), completed(forwarded, 'external')];
  await publishEvents(nats.url, { cell, service: 'notify' }, events);
  const bus = connectBus({ url: nats.url, name: 'test' });
  const log = createLogger({ service: 'mailbox-svc', level: 'silent' });
  let consumer: RunningConsumer | undefined;
  try {
    consumer = consumeNotifications({ ground: parts.ground, bus, cell, log });
    await eventually(async () => {
      expect(await now(binned.id)).toMatchObject({ folder: 'trash' });
      expect(await now(returned.id)).toMatchObject({ folder: 'inbox', version: 3 });
      const { rows } = await parts.ground.store.pool.query<{ type: string }>(
        'SELECT type FROM event WHERE tenant_id = $1 AND stream_id = $2 ORDER BY version',
        [tenant.id, `message-${forwarded.id}`],
      );
      expect(rows.map(({ type }) => type)).toEqual(['MessageSpooled', 'MessageForwarded']);
    });
  } finally {
    await consumer?.close();
    await bus.close();
  }
});
