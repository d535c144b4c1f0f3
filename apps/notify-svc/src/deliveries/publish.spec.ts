import { contractEvents } from '@aftertone/contracts';
import { expect, it } from 'vitest';
import * as sample from './delivery.samples.ts';
import { publishDelivery } from './publish.ts';

const { facts } = sample;
const { correlationId: _, userId: __, ...publicFacts } = facts;
const id = '0190a000-0000-5000-8000-00000000000d';

it('tells how a notification ended, in the shape of the contract', () => {
  const [delivered] = publishDelivery({ type: 'NotificationDelivered', data: { facts, attempts: 2 } }, id);
  expect(delivered).toMatchObject({
    path: `notifications.${facts.mailboxId}.delivered`,
    type: 'notification_delivered',
  });
  expect(contractEvents.notificationDelivered.data.parse(delivered?.data)).toEqual({
    ...publicFacts,
    deliveryId: id,
    attempts: 2,
  });
  const [failed] = publishDelivery(
    { type: 'NotificationFailed', data: { facts, attempts: 9, detail: '550 no such user' } },
    id,
  );
  expect(failed).toMatchObject({ path: `notifications.${facts.mailboxId}.failed`, type: 'notification_failed' });
  expect(contractEvents.notificationFailed.data.parse(failed?.data)).toMatchObject({ detail: '550 no such user' });
});

it('tells of a failure also when the words of it are gone', () => {
  const data = { facts, attempts: 1 };
  const [failed] = publishDelivery({ type: 'NotificationFailed', data }, id);
  expect(contractEvents.notificationFailed.data.parse(failed?.data).detail).toBe('the message was purged');
  const bounce = { at: sample.later, status: '5.1.1' };
  const [bounced] = publishDelivery({ type: 'NotificationBounced', data: { ...data, bounce } }, id);
  expect(contractEvents.notificationFailed.data.parse(bounced?.data)).toMatchObject({
    detail: 'bounced: 5.1.1',
    bounce: { detail: '5.1.1' },
  });
});

it('keeps the rest, and the caller with it, to the service', () => {
  const events = [sample.planned, sample.started(1), sample.failedUntil(1, sample.later), sample.erased];
  expect(events.flatMap((event) => publishDelivery(event, id))).toEqual([]);
});
