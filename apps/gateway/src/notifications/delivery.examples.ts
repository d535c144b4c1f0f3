import type { Delivery, DeliveryReplay } from '@aftertone/contracts';
import { deliveryExample } from '../messages/message.examples.ts';

export const failedExample: Delivery = {
  ...deliveryExample,
  recipient: 'anna@example.org',
  state: 'failed',
  attempts: [
    {
      n: 1,
      startedAt: '2026-03-01T09:30:01.000Z',
      endedAt: '2026-03-01T09:30:01.200Z',
      outcome: 'failed',
      detail: '550 5.1.1 no such user',
      status: 550,
    },
  ],
};

export const replayExample: DeliveryReplay = {
  id: '01964c3f-30aa-7bbb-8c20-1d2e3f4a5b06',
  state: 'running',
  count: 1200,
  replayed: 400,
  refused: 2,
  skipped: 1,
  requestedAt: '2026-03-02T08:00:00.000Z',
  finishedAt: null,
};
