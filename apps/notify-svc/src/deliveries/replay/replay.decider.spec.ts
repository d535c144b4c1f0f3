import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type DeliveryCommand, deliveryDecider } from '../delivery.decider.ts';
import { erased, facts, failedUntil, later, planned, started } from '../delivery.samples.ts';
import type { DeliveryEvent } from '../delivery.ts';

const given = deciderSpec(deliveryDecider);
const meta = { now: later };

const failure: DeliveryEvent = { type: 'NotificationFailed', data: { facts, attempts: 1, detail: '550 unknown' } };
const success: DeliveryEvent = { type: 'NotificationDelivered', data: { facts, attempts: 1 } };
const delivered: readonly DeliveryEvent[] = [
  planned,
  started(1),
  {
    type: 'AttemptEnded',
    data: { n: 1, endedAt: later, outcome: 'delivered', detail: '250 ok', status: 250, nextAttemptAt: null },
  },
  success,
];
const failed: readonly DeliveryEvent[] = [planned, started(1), failedUntil(1, null), failure];
const cancelled = (reason: 'message-purged' | 'recipient-gone' | 'taken-care-of'): DeliveryEvent => ({
  type: 'NotificationCancelled',
  data: { reason },
});
const replay: DeliveryCommand = { type: 'ReplayDelivery', data: {}, meta };
const replayed: DeliveryEvent = { type: 'NotificationReplayed', data: { at: later } };

describe('a replay', () => {
  it('sends what has failed once more', () => {
    given(...failed)
      .when(replay)
      .then(replayed);
  });
  it('changes nothing while it is on its way', () => {
    given(planned).when(replay).then();
    given(planned, started(1)).when(replay).then();
    given(...failed, replayed)
      .when(replay)
      .then();
  });
  it('goes on counting attempts, and its time begins anew', () => {
    given(...failed, replayed)
      .when({ type: 'StartAttempt', data: { leaseUntil: later }, meta })
      .then({ type: 'AttemptStarted', data: { n: 2, startedAt: later, leaseUntil: later } });
  });
  it('of what has arrived or is not wanted is refused', () => {
    given(...delivered)
      .when(replay)
      .thenThrows('delivery-not-failed');
    given(planned, cancelled('recipient-gone')).when(replay).thenThrows('delivery-not-failed');
    given().when(replay).thenThrows('delivery-not-found');
  });
  it('of a purged message is refused', () => {
    given(...failed, erased)
      .when(replay)
      .thenThrows('message-purged');
  });
});

describe('another address', () => {
  const redirect = (deliveryId: string): DeliveryCommand => ({
    type: 'RedirectDelivery',
    data: { deliveryId, recipient: 'ben@example.test' },
    meta,
  });
  const redirected: DeliveryEvent = {
    type: 'NotificationRedirected',
    data: { deliveryId: 'next', recipient: 'ben@example.test', at: later },
  };

  it('gets what has failed, once', () => {
    given(...failed)
      .when(redirect('next'))
      .then(redirected);
    given(...failed, redirected)
      .when(redirect('next'))
      .then();
  });
  it('leaves nothing to be sent by the delivery that failed', () => {
    given(...failed, redirected)
      .when(replay)
      .thenThrows('delivery-replaced');
    given(...failed, redirected)
      .when(redirect('third'))
      .thenThrows('delivery-replaced');
  });
  it('gets nothing of what is on its way, has arrived or was purged', () => {
    given(planned).when(redirect('next')).thenThrows('delivery-not-failed');
    given(...delivered)
      .when(redirect('next'))
      .thenThrows('delivery-not-failed');
    given(...failed, erased)
      .when(redirect('next'))
      .thenThrows('message-purged');
    given().when(redirect('next')).thenThrows('delivery-not-found');
  });
});

describe('a bounce', () => {
  const bounce = { at: later, status: '5.1.1', detail: 'no such user' };
  const record: DeliveryCommand = { type: 'RecordBounce', data: { bounce }, meta };
  const { detail, ...rest } = bounce;
  const bounced: DeliveryEvent = { type: 'NotificationBounced', data: { facts, attempts: 1, bounce: rest, detail } };

  it('says that what was accepted has not arrived, once', () => {
    given(...delivered)
      .when(record)
      .then(bounced);
    given(...delivered, bounced)
      .when(record)
      .then();
  });
  it('that is faster than the record of the answer has to come again', () => {
    given(planned, started(1)).when(record).thenThrows('delivery-under-way');
  });
  it('says nothing of what waits, has failed or was cancelled', () => {
    given(planned).when(record).then();
    given(...failed)
      .when(record)
      .then();
    given(...failed, replayed)
      .when(record)
      .then();
    given(planned, cancelled('taken-care-of')).when(record).then();
    given().when(record).thenThrows('delivery-not-found');
  });
  it('can be replayed, and the same one may come back again', () => {
    given(...delivered, bounced)
      .when(replay)
      .then(replayed);
    given(...delivered, bounced, replayed, started(2))
      .when(record)
      .thenThrows('delivery-under-way');
  });
  it('of a purged message is still told, and cannot be replayed', () => {
    given(...delivered, erased)
      .when(record)
      .then({ type: 'NotificationBounced', data: { facts, attempts: 1, bounce: rest } });
    given(...delivered, erased, bounced)
      .when(replay)
      .thenThrows('message-purged');
  });
});

describe('a cancellation', () => {
  const cancel: DeliveryCommand = { type: 'CancelDelivery', data: { reason: 'recipient-gone' }, meta };

  it('ends what waits, also between two attempts', () => {
    given(planned).when(cancel).then(cancelled('recipient-gone'));
    given(planned, started(1), failedUntil(1, later)).when(cancel).then(cancelled('recipient-gone'));
    given(...failed, replayed)
      .when(cancel)
      .then(cancelled('recipient-gone'));
  });
  it('cannot call back what is under way or done', () => {
    given(planned, started(1)).when(cancel).then();
    given(...delivered)
      .when(cancel)
      .then();
    given(...failed)
      .when(cancel)
      .then();
    given(planned, cancelled('message-purged')).when(cancel).then();
  });
});
