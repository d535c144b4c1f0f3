import { beforeEach, describe, expect, it } from 'vitest';
import { deliveryFacts } from './ack-subject.ts';
import { DeliveryOrder } from './delivery-order.ts';
import { Gaps, type Seen } from './gaps.ts';

const golden = {
  specversion: '1.0',
  id: 'a',
  source: '/aftertone/c1/mailbox',
  type: 'mailbox_closed',
  subject: 's',
  time: '2026-02-03T09:15:37.250Z',
  datacontenttype: 'application/json',
  tenantid: 't',
  streamversion: 1,
  correlationid: 'c',
} as const;

let gaps: Gaps;
let now: number;
beforeEach(() => {
  gaps = new Gaps();
  now = 0;
});

const see = (sequence: number | undefined, how: Partial<Seen> = {}, mailboxId = 'box') =>
  gaps.see(
    { ...golden, ...(sequence === undefined ? {} : { sequence }), data: { mailboxId } },
    { redelivered: false, unordered: false, now, ...how },
  );

describe('a hole in the numbers of a mailbox', () => {
  it('is told where events come in order', () => {
    expect([7, 8, 9].map((n) => see(n))).toEqual([undefined, undefined, undefined]);
    expect(see(12)).toEqual({ mailboxId: 'box', expected: 10, got: 12 });
    expect(see(13)).toBeUndefined();
  });

  it('is none between mailboxes, in repeats, nor for events without a number', () => {
    expect([see(7), see(3, {}, 'other'), see(8), see(undefined), see(7), see(4, {}, 'other'), see(9)]).toEqual(
      Array(7).fill(undefined),
    );
  });

  it('is none between events that come again: others may have been acknowledged', () => {
    const again = { redelivered: true };
    expect([see(5, again), see(7, again), see(8), see(9)]).toEqual(Array(4).fill(undefined));
  });

  it('is not told when what is missing comes late', () => {
    see(4);
    expect(see(7, { unordered: true })).toBeUndefined();
    see(5, { redelivered: true });
    see(6, { redelivered: true });
    now = 60_000;
    expect(see(8)).toBeUndefined();
  });

  it('is told later when nothing fills it, with any event', () => {
    see(4);
    see(7, { unordered: true });
    see(5, { redelivered: true });
    now = 44_000;
    expect(see(8)).toBeUndefined();
    now = 46_000;
    expect(see(1, {}, 'other')).toEqual({ mailboxId: 'box', expected: 5, got: 7 });
    expect(see(9)).toBeUndefined();
  });
});

describe('the order of deliveries', () => {
  const facts = (consumer: string, consumerSequence: number) => ({
    stream: 'EVT_c1_mailbox',
    consumer,
    deliveries: 1,
    streamSequence: 1,
    consumerSequence,
  });

  it('is that of the stream with one consumer that missed nothing', () => {
    const order = new DeliveryOrder(true);
    expect([41, 42, 43].map((n) => order.see(facts('c', n), 0))).toEqual([false, false, false]);
  });

  it('is doubtful for a while after missed deliveries', () => {
    const order = new DeliveryOrder(true);
    order.see(facts('c', 1), 0);
    expect([order.see(facts('c', 5), 100), order.see(facts('c', 6), 44_000)]).toEqual([true, true]);
    expect(order.see(facts('c', 7), 46_000)).toBe(false);
  });

  it('is doubtful at first where a former reader may have left something', () => {
    const order = new DeliveryOrder(false);
    expect([order.see(facts('c', 41), 0), order.see(facts('c', 42), 44_000)]).toEqual([true, true]);
    expect(order.see(facts('c', 43), 46_000)).toBe(false);
    expect(new DeliveryOrder(false).see(facts('c', 1), 0)).toBe(false);
  });

  it('is doubtful with two consumers on one stream', () => {
    const order = new DeliveryOrder(true);
    expect([order.see(facts('c', 1), 0), order.see(facts('d', 1), 0)]).toEqual([false, true]);
  });
});

describe('the reply subject of a delivery', () => {
  const facts = { stream: 'S', consumer: 'c', deliveries: 2, streamSequence: 31, consumerSequence: 44 };

  it.each([
    ['of old servers', '$JS.ACK.S.c.2.31.44.1700000000000000000.7'],
    ['of new servers', '$JS.ACK.hub.ACCOUNT.S.c.2.31.44.1700000000000000000.7'],
    ['of new servers with a token', '$JS.ACK._.ACCOUNT.S.c.2.31.44.1700000000000000000.7.x9'],
  ])('%s is understood', (_, reply) => {
    expect(deliveryFacts(reply)).toEqual(facts);
  });

  it.each([undefined, '', '_INBOX.x', '$JS.ACK.S.c', '$JS.ACK.S.c.x.y.z.1.2'])('is not %s', (reply) => {
    expect(deliveryFacts(reply)).toBeNull();
  });
});
