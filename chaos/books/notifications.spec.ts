import type { Delivery } from '@aftertone/contracts';
import { expect, it } from 'vitest';
import type { Arrival } from '../sinks/arrivals.ts';
import { checkNotifications, countRepeats } from './notifications.ts';

type Outcome = Delivery['attempts'][number]['outcome'];

const told = (outcomes: readonly Outcome[], more: Partial<Delivery> = {}): Delivery => ({
  ...{ id: 'd', eventId: 'e', messageId: 'm', mailboxId: 'b', channel: 'webhook', purpose: 'event', recipient: 'w' },
  ...{ userId: null, state: 'delivered', bounce: null, replacedBy: null, withoutRecording: null, nextAttemptAt: null },
  createdAt: '2026-02-03T09:15:30.250Z',
  attempts: outcomes.map((outcome, n) => ({
    ...{ n: n + 1, startedAt: '2026-02-03T09:15:30.250Z', endedAt: null, outcome, detail: null, status: null },
  })),
  ...more,
});
const came = (...answers: Arrival['answer'][]): Arrival[] => answers.map((answer) => ({ id: 'd', answer }));

const check = (delivery: Delivery, webhooks: readonly Arrival[], cutsAttempts: string | undefined = 'a kill') =>
  checkNotifications(
    { listed: [], counts: new Map(), history: [], deliveries: [delivery] },
    { mail: [], webhooks },
    { cutsAttempts },
  ).map(({ kind, what }) => `${kind}: ${what}`);

it('has nothing to say of what came once', () => {
  expect(check(told(['delivered']), came('taken'))).toEqual([]);
});

it('excuses what came again after it was taken by an attempt that is listed as unknown, and by nothing else', () => {
  expect(check(told(['unknown', 'delivered']), came('taken', 'taken'))).toEqual([]);
  expect(check(told(['failed', 'delivered']), came('taken', 'taken'))).toEqual([
    expect.stringContaining('duplicated: webhook: came again after it had been taken'),
  ]);
  expect(check(told(['delivered', 'failed']), came('taken', 'none'))).toEqual([
    expect.stringContaining('duplicated: webhook: came again after it had been taken'),
  ]);
});

it('excuses what came again after its receiver had left it unanswered, as far as attempts are said to have failed', () => {
  expect(check(told(['failed', 'delivered']), came('none', 'taken'))).toEqual([]);
  expect(check(told(['delivered', 'delivered']), came('none', 'taken'))).toEqual([
    expect.stringContaining('duplicated: webhook: left unanswered more often'),
  ]);
});

it('allows no attempt to be unknown where nothing can have cut it off', () => {
  const deliveries = told(['unknown', 'delivered']);
  const findings = checkNotifications(
    { listed: [], counts: new Map(), history: [], deliveries: [deliveries] },
    { mail: [], webhooks: came('taken') },
    { cutsAttempts: undefined },
  );
  expect(findings).toMatchObject([{ what: expect.stringContaining('listed as unknown'), ids: ['webhook d'] }]);
});

it('misses what was called off, given up, or never came', () => {
  expect(check(told([], { state: 'cancelled' }), [])).toEqual(['lost: called off']);
  expect(check(told(['failed'], { state: 'failed' }), came('refused'))).toEqual(['lost: given up']);
  expect(check(told(['delivered']), came('none'))).toEqual([
    'lost: webhook: said to be delivered, and never came',
    expect.stringContaining('left unanswered more often'),
  ]);
});

it('counts repeats by what came before them', () => {
  const webhooks = came('none', 'taken', 'refused', 'taken');
  const deliveries = [told(['failed', 'unknown', 'failed', 'delivered'])];
  expect(countRepeats(deliveries, { mail: [], webhooks })).toEqual({ taken: 1, unanswered: 1, unknownAttempts: 1 });
});
