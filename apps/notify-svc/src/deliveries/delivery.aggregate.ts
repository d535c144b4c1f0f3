import type { Aggregate } from '@aftertone/event-store';
import { type DeliveryCommand, deliveryDecider } from './delivery.decider.ts';
import type { Delivery, DeliveryEvent } from './delivery.ts';
import { deliveryRows } from './list/delivery.projection.ts';

const plain = { schemaVersion: 1 };

/** One notification: one event, one channel, one recipient. */
export const deliveryAggregate: Aggregate<Delivery, DeliveryCommand, DeliveryEvent> = {
  type: 'delivery',
  decider: deliveryDecider,
  codecs: {
    NotificationPlanned: { schemaVersion: 1, sealed: ['caller'] },
    AttemptStarted: plain,
    AttemptEnded: plain,
    AttemptUnknown: plain,
    NotificationDelivered: plain,
    NotificationFailed: plain,
    NotificationCancelled: plain,
    CallerErased: plain,
  },
  effects: (_before, after, events, context) => ({
    rows: deliveryRows(after, context),
    destroyKey: events.some(({ type }) => type === 'CallerErased'),
  }),
};
