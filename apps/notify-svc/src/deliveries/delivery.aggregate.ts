import type { Aggregate } from '@aftertone/event-store';
import { type DeliveryCommand, deliveryDecider } from './delivery.decider.ts';
import type { Delivery, DeliveryEvent } from './delivery.ts';
import { deliveryRows } from './list/delivery.projection.ts';
import { attemptCodec, bouncedCodec, endCodec, failedCodec, plannedCodec } from './stored.ts';

const plain = { schemaVersion: 1 };

/** One notification: one event, one channel, one recipient. */
export const deliveryAggregate: Aggregate<Delivery, DeliveryCommand, DeliveryEvent> = {
  type: 'delivery',
  decider: deliveryDecider,
  codecs: {
    NotificationPlanned: plannedCodec,
    AttemptStarted: plain,
    AttemptEnded: attemptCodec,
    AttemptUnknown: plain,
    NotificationDelivered: endCodec,
    NotificationFailed: failedCodec,
    NotificationBounced: bouncedCodec,
    NotificationReplayed: plain,
    NotificationRedirected: plain,
    NotificationCancelled: plain,
    CallerErased: plain,
  },
  effects: (before, after, events, context) => ({
    rows: deliveryRows(before, after, context),
    destroyKey: events.some(({ type }) => type === 'CallerErased'),
  }),
};
