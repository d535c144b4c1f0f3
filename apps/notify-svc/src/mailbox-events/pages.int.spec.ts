import type { CloudEvent } from '@aftertone/contracts';
import type { EventStore } from '@aftertone/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNewsDesk } from '../parts.ts';
import { messageOf, type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';

let notify: Notify;

beforeAll(async () => {
  notify = await startNotify();
});
afterAll(() => notify.close());

const withLamps = (to: string[] = []) => someMailbox({ to, notify: {} });
const toldOf = async (message: CloudEvent) =>
  (await notify.deliveries(message)).map(({ channel, recipient, state }) => [channel, recipient, state]).sort();
const lampsOf = async ({ tenantId }: SomeMailbox) => {
  const { rows } = await notify.store.pool.query<{ data: { messageId: string; counts: { new: number } } }>(
    `SELECT data FROM event WHERE tenant_id = $1 AND type = 'LampsNotified' ORDER BY position`,
    [tenantId],
  );
  return rows.map(({ data }) => data);
};
const turnsOfLamps = async (box: SomeMailbox) => (await lampsOf(box)).map(({ counts }) => counts.new);

describe('a page of events', () => {
  it('tells of each message once, whatever comes twice in it', async () => {
    const [a, b] = [someMailbox({ to: ['anna@example.test'] }), someMailbox({ to: ['ben@example.test'] })];
    const [toA, toB] = [a.messageCreated(), b.messageCreated()];
    await notify.tell(a.created(), b.created(), toA, toB, toA, a.counts(1), toB, a.counts(1));
    expect(await toldOf(toA)).toEqual([['email', 'anna@example.test', 'pending']]);
    expect(await toldOf(toB)).toEqual([['email', 'ben@example.test', 'pending']]);
  });

  it('tells of all others when one of its messages cannot be told of, and of that one later', async () => {
    const [a, unknown, b] = [someMailbox({ to: ['a@example.test'] }), withLamps(['u@example.test']), withLamps()];
    const settings = unknown.created();
    const [toA, toUnknown, toB] = [a.messageCreated(), unknown.messageCreated(), b.messageCreated()];
    const page = [toA, toUnknown, toB, b.counts(1)];
    await notify.tell(a.created(), b.created());
    await expect(notify.tell(...page)).rejects.toMatchObject({ code: 'mailbox-unknown' });
    expect(await toldOf(toA)).toEqual([['email', 'a@example.test', 'pending']]);
    expect(await toldOf(toB)).toEqual([['mwi', b.mailboxId, 'delivered']]);
    expect(await toldOf(toUnknown)).toEqual([]);
    await notify.tell(settings, ...page);
    expect(await toldOf(toUnknown)).toHaveLength(2);
    expect(await turnsOfLamps(b)).toEqual([1]);
  });

  it('takes nothing while one of its events cannot be read', async () => {
    const box = withLamps(['anna@example.test']);
    const message = box.messageCreated();
    const unreadable = { ...box.counts(1), data: { mailboxId: box.mailboxId } };
    await expect(notify.tell(box.created(), message, unreadable)).rejects.toMatchObject({ code: 'event-unreadable' });
    expect(await notify.deliveries(message)).toEqual([]);
  });
});

describe('lamps', () => {
  it('are told at once, with the newest counts, and are on record as any other', async () => {
    const box = withLamps();
    const messages = [box.messageCreated(), box.messageCreated()];
    await notify.tell(box.created(), ...messages, box.counts(1), box.counts(2));
    for (const message of messages) {
      expect(await notify.deliveries(message)).toMatchObject([
        { channel: 'mwi', state: 'delivered', attempts: [{ n: 1, outcome: 'delivered', detail: '2 new, 0 old' }] },
      ]);
    }
    expect(await turnsOfLamps(box)).toEqual([2, 2]);
  });

  it.each([
    ['counts have not come', [], false],
    ['e-mails come before them', ['anna@example.test'], true],
  ])('wait for their turn while %s', async (_, to, withCounts) => {
    const box = withLamps(to);
    const message = box.messageCreated();
    await notify.tell(box.created(), message, ...(withCounts ? [box.counts(1)] : []));
    expect(await toldOf(message)).toContainEqual(['mwi', box.mailboxId, 'pending']);
    expect(await turnsOfLamps(box)).toEqual([]);
  });
});

/** A store of a process that dies before its n-th step. */
const dyingBefore = (store: EventStore, n: number): EventStore => {
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps >= n) throw new Error('killed');
  };
  const pool = new Proxy(store.pool, {
    get: (target, name) => {
      if (name !== 'query') return Reflect.get(target, name, target);
      return async (...given: Parameters<typeof target.query>) => {
        step();
        return target.query(...given);
      };
    },
  });
  const handle: EventStore['handle'] = async (aggregate, request) => {
    step();
    return store.handle(aggregate, request);
  };
  return { ...store, pool, handle };
};

it('loses and doubles nothing, whatever step of a page is the last before a kill', async () => {
  for (let last = 1; ; last += 1) {
    const [a, b] = [withLamps(), someMailbox({ to: ['anna@example.test'] })];
    const [first, second, heard] = [a.messageCreated(), a.messageCreated(), b.messageCreated()];
    const page = [
      ...[a.created(), b.created(), first, a.counts(1), second, a.counts(2), heard],
      ...[b.messageUpdated(heard, { heard: true }), a.messageDeleted(messageOf(second), 'purged')],
    ];
    const { newsDesk } = makeNewsDesk({ ...notify.ground, store: dyingBefore(notify.store, last) });
    const killed = await newsDesk.apply(page).then(
      () => false,
      () => true,
    );
    await notify.tell(...page);
    // Which counts are told depends on what had been done; that each message has its turn, and one only, does not.
    const turns = (await lampsOf(a)).map(({ messageId }) => messageId);
    expect(turns.sort()).toEqual([messageOf(first), messageOf(second)].sort());
    expect(await toldOf(first)).toEqual([['mwi', a.mailboxId, 'delivered']]);
    expect(await toldOf(heard)).toEqual([['email', 'anna@example.test', 'pending']]);
    if (!killed) return;
  }
}, 300_000);
