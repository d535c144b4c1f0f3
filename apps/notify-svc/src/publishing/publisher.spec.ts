import { cloudEvent } from '@aftertone/contracts';
import type { RecordedEvent } from '@aftertone/event-store';
import { expect, it } from 'vitest';
import { facts, later } from '../deliveries/delivery.samples.ts';
import { notifyPublisher } from './publisher.ts';

const publisher = notifyPublisher('c1');
const deliveryId = '0190a000-0000-5000-8000-00000000000d';
const recorded: RecordedEvent = {
  position: 41,
  tenantId: '0190e000-0000-7000-8000-000000000001',
  streamId: `delivery-${deliveryId}`,
  version: 4,
  id: '0190e000-0000-7000-8000-0000000000f1',
  type: 'NotificationDelivered',
  at: later,
  data: { facts, attempts: 1 },
  stamps: {},
  meta: { actor: { kind: 'service', id: 'notify-svc' }, correlationId: facts.correlationId },
};

it('names the service and the delivery, which is in no audience beside who may follow the tenant', () => {
  const [{ paths, event } = { paths: [], event: null }, ...more] = publisher.envelopes(recorded);
  expect(more).toEqual([]);
  expect(paths).toEqual([`notifications.${facts.mailboxId}.delivered`]);
  expect(cloudEvent.parse(event)).toMatchObject({ source: '/aftertone/c1/notify', data: { deliveryId } });
});

it('leaves an event that only a newer version knows to that version', () => {
  expect(publisher.envelopes({ ...recorded, type: 'NotificationRead' })).toEqual([]);
});
