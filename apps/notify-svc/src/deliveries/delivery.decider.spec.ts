import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { type DeliveryCommand, deliveryDecider } from './delivery.decider.ts';
import * as sample from './delivery.samples.ts';
import { type DeliveryEvent, evolve } from './delivery.ts';

const { planned, started, failedUntil, erased, facts, notice, caller, later, leaseUntil } = sample;
const given = deciderSpec(deliveryDecider);

const plan = { type: 'PlanNotification', data: { facts, notice, caller }, meta: { now: sample.plannedAt } } as const;
const start = (now = later): DeliveryCommand => ({ type: 'StartAttempt', data: { leaseUntil: later }, meta: { now } });
const delivered = (n: number): DeliveryCommand => ({
  type: 'EndAttempt',
  data: { n, outcome: 'delivered', detail: '250 ok', status: 250 },
  meta: { now: later },
});
const failed = (n: number, retryAt: string | null): DeliveryCommand => ({
  type: 'EndAttempt',
  data: { n, outcome: 'failed', detail: '451 later', status: 451, retryAt },
  meta: { now: later },
});
const erase: DeliveryCommand = { type: 'EraseCaller', data: {}, meta: { now: later } };

const startedNow = (n: number): DeliveryEvent => ({
  type: 'AttemptStarted',
  data: { n, startedAt: later, leaseUntil: later },
});
const endedWell = (n: number): DeliveryEvent => ({
  type: 'AttemptEnded',
  data: { n, endedAt: later, outcome: 'delivered', detail: '250 ok', status: 250, nextAttemptAt: null },
});
const reported = (attempts: number): DeliveryEvent => ({ type: 'NotificationDelivered', data: { facts, attempts } });
const unknown = (n: number): DeliveryEvent => ({ type: 'AttemptUnknown', data: { n, foundAt: later } });
const cancelled: DeliveryEvent = { type: 'NotificationCancelled', data: { reason: 'message-purged' } };

describe('planning', () => {
  it('happens once per identity', () => {
    given().when(plan).then(planned);
    given(planned).when(plan).then();
  });
  it('begins with the first attempt where it is sent at once, once', () => {
    const content = { facts, notice, caller };
    const data = { content, leaseUntil: later };
    const atOnce = { type: 'PlanAndStart', data, meta: { now: sample.plannedAt } } as const;
    const begun: DeliveryEvent = {
      type: 'AttemptStarted',
      data: { n: 1, startedAt: sample.plannedAt, leaseUntil: later },
    };
    given().when(atOnce).then(planned, begun);
    given(planned).when(atOnce).then();
  });
});

describe('an attempt', () => {
  it('is recorded before anything is sent', () => given(planned).when(start()).then(startedNow(1)));
  it('waits for its time', () => {
    const next = '2026-07-14T09:30:00.000Z';
    given(planned, started(1), failedUntil(1, next)).when(start()).then();
    given(planned, started(1), failedUntil(1, next))
      .when(start(next))
      .then({ type: 'AttemptStarted', data: { n: 2, startedAt: next, leaseUntil: later } });
  });
  it('is left alone while another one holds it', () => {
    given(planned, started(1)).when(start('2026-07-14T08:15:10.000Z')).then();
  });
  it('that nobody holds any more is listed as unknown and made again', () => {
    given(planned, started(1))
      .when(start(leaseUntil))
      .then(
        { type: 'AttemptUnknown', data: { n: 1, foundAt: leaseUntil } },
        { type: 'AttemptStarted', data: { n: 2, startedAt: leaseUntil, leaseUntil: later } },
      );
  });
  it('ends the notification when it succeeds', () => {
    given(planned, started(1)).when(delivered(1)).then(endedWell(1), reported(1));
  });
  it('is tried again when it fails', () => {
    given(planned, started(1))
      .when(failed(1, '2026-07-14T10:00:00.000Z'))
      .then(failedUntil(1, '2026-07-14T10:00:00.000Z'));
  });
  it('gives the notification up when there is no next one', () => {
    given(planned, started(1))
      .when(failed(1, null))
      .then(failedUntil(1, null), { type: 'NotificationFailed', data: { facts, attempts: 1, detail: '451 later' } });
  });
  it('is recorded once, however often its end is reported', () => {
    given(planned, started(1), endedWell(1), reported(1)).when(delivered(1)).then();
    given(planned, started(1), endedWell(1), reported(1)).when(start()).then();
  });
  it('of an unknown notification is refused', () => given().when(start()).thenThrows('delivery-not-found'));
});

describe('an attempt that was taken for cut off', () => {
  const taken = [planned, started(1), unknown(1), started(2)] as const;

  it('still counts when it got through after all', () => {
    given(...taken)
      .when(delivered(1))
      .then(endedWell(1), reported(2));
  });
  it('changes nothing when it failed', () =>
    given(...taken)
      .when(failed(1, later))
      .then());
  it('leaves the second one to be recorded, without a second report', () => {
    given(...taken, endedWell(1), reported(2))
      .when(delivered(2))
      .then(endedWell(2));
  });
});

describe('what is not needed any more', () => {
  const cancel = (reason: 'taken-care-of' | 'recipient-gone'): DeliveryCommand => ({
    type: 'CancelDelivery',
    data: { reason },
    meta: { now: later },
  });
  const ended = (reason: 'taken-care-of' | 'recipient-gone'): DeliveryEvent => ({
    type: 'NotificationCancelled',
    data: { reason },
  });
  const held: DeliveryEvent = {
    type: 'NotificationPlanned',
    data: { facts, notice, caller, plannedAt: sample.plannedAt, dueAt: '2026-07-15T05:00:00.000Z' },
  };

  it('is not sent when it was held back until then', () => {
    given(held).when(cancel('taken-care-of')).then(ended('taken-care-of'));
    given(held, ended('taken-care-of')).when(cancel('taken-care-of')).then();
  });

  it('is sent all the same when it should have gone already, or has been tried', () => {
    given(planned).when(cancel('taken-care-of')).then();
    given(held, started(1)).when(cancel('taken-care-of')).then();
    given(held, started(1), failedUntil(1, later)).when(cancel('taken-care-of')).then();
  });

  it('is not sent again when it asked for somebody to take care', () => {
    const step: DeliveryEvent = { ...held, data: { ...held.data, facts: { ...facts, purpose: 'escalation' } } };
    given(step).when(cancel('taken-care-of')).then(ended('taken-care-of'));
    given(step, started(1), failedUntil(1, later)).when(cancel('taken-care-of')).then(ended('taken-care-of'));
    given(step, started(1)).when(cancel('taken-care-of')).then();
  });

  it('is not sent where there is nobody any more', () => {
    given(planned).when(cancel('recipient-gone')).then(ended('recipient-gone'));
    given(planned, started(1)).when(cancel('recipient-gone')).then();
  });
});

describe('a purge of the message', () => {
  it('cancels what has not been sent', () => given(planned).when(erase).then(erased, cancelled));
  it('forgets the caller of what has been sent', () => {
    given(planned, started(1), endedWell(1), reported(1)).when(erase).then(erased);
  });
  const withoutWords = {
    type: 'AttemptEnded',
    data: { n: 1, endedAt: later, outcome: 'failed', status: 451, nextAttemptAt: null },
  } as const;
  it('lets an attempt under way end, and makes no other', () => {
    given(planned, started(1)).when(erase).then(erased);
    given(planned, started(1), erased).when(failed(1, '2026-07-14T10:00:00.000Z')).then(withoutWords, cancelled);
    const wellWithoutWords: DeliveryEvent = {
      ...withoutWords,
      data: { ...withoutWords.data, outcome: 'delivered', status: 250 },
    };
    given(planned, started(1), erased).when(delivered(1)).then(wellWithoutWords, reported(1));
    given(planned, started(1), erased).when(start()).then(unknown(1), cancelled);
  });
  it('happens once', () => given(planned, erased, cancelled).when(erase).then());
});

it('keeps every attempt with its outcome', () => {
  const events = [planned, started(1), unknown(1), started(2), failedUntil(2, later), started(3), endedWell(3)];
  const state = events.reduce(evolve, deliveryDecider.initialState);
  const outcomes = 'attempts' in state ? state.attempts.map(({ n, outcome }) => [n, outcome]) : [];
  expect(outcomes).toEqual([
    [1, 'unknown'],
    [2, 'failed'],
    [3, 'delivered'],
  ]);
});
