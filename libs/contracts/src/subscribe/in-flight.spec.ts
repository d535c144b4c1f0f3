import { describe, expect, it } from 'vitest';
import { contractEvent } from '../read-event.ts';
import { SubscriptionClosed } from './errors.ts';
import { type Arrival, InFlight } from './in-flight.ts';
import { RecentIds } from './recent-ids.ts';

const event = (id: string) =>
  contractEvent(
    {
      specversion: '1.0',
      id,
      source: '/aftertone/c1/mailbox',
      type: 'mailbox_closed',
      subject: 'mailboxes.x.settings.closed',
      time: '2026-02-03T09:15:37.250Z',
      datacontenttype: 'application/json',
      tenantid: '0198c5a0-1111-7aaa-8000-000000000001',
      streamversion: 1,
      correlationid: 'c',
      data: { mailboxId: '0198c5a1-3333-7ccc-8000-000000000004' },
    },
    null,
  );

const bus = () => {
  const confirmed: string[] = [];
  const arrival = (id: string, rest: Partial<Arrival> = {}): Arrival => {
    const copy = rest.copy ?? id;
    return {
      event: event(id),
      copy,
      redelivered: false,
      confirm: async () => void confirmed.push(copy),
      ...rest,
    };
  };
  return { confirmed, arrival };
};

const { signal } = new AbortController();
const open = (most = 10) => new InFlight(new RecentIds(100), most);

/** Whether a promise is settled once everything that was due has run. */
const isPending = async (promise: Promise<unknown>) => {
  const pending = Symbol('pending');
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, pending))])) === pending;
};

describe('what has arrived', () => {
  it('is handed out in order, and confirmed when it is acknowledged', async () => {
    const { confirmed, arrival } = bus();
    const inFlight = open();
    inFlight.take(arrival('a'));
    inFlight.take(arrival('b', { redelivered: true, cursor: 'here' }));
    const a = await inFlight.next(signal);
    const b = await inFlight.next(signal);
    expect([a, b]).toMatchObject([
      { type: 'mailbox_closed', event: { id: 'a' }, redelivered: false },
      { event: { id: 'b' }, redelivered: true, cursor: 'here' },
    ]);
    expect(confirmed).toEqual([]);
    await b?.ack();
    await b?.ack();
    expect(confirmed).toEqual(['b']);
  });

  it('is waited for', async () => {
    const { arrival } = bus();
    const inFlight = open();
    const next = inFlight.next(signal);
    expect(await isPending(next)).toBe(true);
    inFlight.take(arrival('a'));
    expect((await next)?.event.id).toBe('a');
  });

  it('is handed out no further than the most that may be unacknowledged', async () => {
    const { arrival } = bus();
    const inFlight = open(2);
    for (const id of ['a', 'b', 'c']) inFlight.take(arrival(id));
    const a = await inFlight.next(signal);
    await inFlight.next(signal);
    const third = inFlight.next(signal);
    expect(await isPending(third)).toBe(true);
    await a?.ack();
    expect((await third)?.event.id).toBe('c');
  });

  it('makes a feeder wait when it is not taken', async () => {
    const { arrival } = bus();
    const inFlight = open(1);
    inFlight.take(arrival('a'));
    const room = inFlight.room(signal);
    expect(await isPending(room)).toBe(true);
    const next = await inFlight.next(signal);
    await next?.ack();
    await room;
  });
});

describe('what comes again', () => {
  it('is handed out again when it was not acknowledged, and confirmed by its latest delivery', async () => {
    const { confirmed, arrival } = bus();
    const inFlight = open(1);
    inFlight.take(arrival('a'));
    const first = await inFlight.next(signal);
    inFlight.take(arrival('a', { redelivered: true, confirm: async () => void confirmed.push('again') }));
    const second = await inFlight.next(signal);
    expect([first?.redelivered, second?.redelivered]).toEqual([false, true]);
    await first?.ack();
    await second?.ack();
    expect(confirmed).toEqual(['again']);
  });

  it('waits once however often it comes', async () => {
    const { confirmed, arrival } = bus();
    const inFlight = open();
    inFlight.take(arrival('a'));
    inFlight.take(arrival('a', { redelivered: true }));
    await (await inFlight.next(signal))?.ack();
    expect(await isPending(inFlight.next(signal))).toBe(true);
    expect(confirmed).toEqual(['a']);
  });

  it('is confirmed and dropped when it was acknowledged', async () => {
    const { confirmed, arrival } = bus();
    const inFlight = open();
    inFlight.take(arrival('a'));
    await (await inFlight.next(signal))?.ack();
    inFlight.take(arrival('a', { redelivered: true }));
    expect(confirmed).toEqual(['a', 'a']);
    expect(await isPending(inFlight.next(signal))).toBe(true);
  });

  it('as another copy is handed out once, and every copy is confirmed', async () => {
    const { confirmed, arrival } = bus();
    const inFlight = open();
    inFlight.take(arrival('a', { copy: 'canonical' }));
    const next = await inFlight.next(signal);
    inFlight.take(arrival('a', { copy: 'own' }));
    await next?.ack();
    expect(confirmed).toEqual(['canonical', 'own']);
    expect(await isPending(inFlight.next(signal))).toBe(true);
  });
});

describe('the end', () => {
  it('lets nobody wait, and refuses acknowledgements', async () => {
    const { arrival } = bus();
    const inFlight = open();
    inFlight.take(arrival('a'));
    const event = await inFlight.next(signal);
    const waiting = inFlight.next(signal);
    inFlight.close();
    expect(await waiting).toBeNull();
    await expect(event?.ack()).rejects.toThrow(SubscriptionClosed);
  });

  it('comes with the signal too', async () => {
    const end = new AbortController();
    const waiting = open().next(end.signal);
    end.abort();
    expect(await waiting).toBeNull();
  });
});

it('remembers so many ids and no more', () => {
  const ids = new RecentIds(2);
  for (const id of ['a', 'b', 'a', 'c']) ids.add(id);
  expect(['a', 'b', 'c'].map((id) => ids.has(id))).toEqual([true, false, true]);
});
