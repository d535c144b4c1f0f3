import {
  channel,
  delivery,
  deliveryFilter,
  deliveryPurpose,
  deliveryReplay,
  deliveryRetry,
  deliveryState,
  mailboxId,
  page,
} from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { deliveryExample } from '../messages/message.examples.ts';
import { failedExample, replayExample } from './delivery.examples.ts';

const tag = 'notifications';
const path = '/v1/deliveries';
const administers = { right: 'administer' } as const;
const missing = 'delivery-not-found';

export const deliveryView = component('Delivery', delivery, deliveryExample, failedExample);
const replayView = component('DeliveryReplay', deliveryReplay, replayExample);

/** Only what has failed can be sent again: saying so is asked for, so that nobody means something else by it. */
const replayBody = deliveryFilter.extend({ state: z.literal('failed') });

export const deliveryRoutes = {
  find: defineRoute({
    operationId: 'findDeliveries',
    method: 'GET',
    path,
    tag,
    summary: 'List notifications',
    description:
      'Newest first, with every attempt. `state=failed` is what somebody has to look at: what was given up, refused, or ' +
      'came back as a bounce. `recipient` is an address or number as it was written, or the id of a webhook or a device.',
    access: 'aftertone.deliveries.read',
    ...administers,
    query: z.strictObject({
      ...pageText,
      state: deliveryState.optional(),
      channel: channel.optional(),
      mailboxId: mailboxId.optional(),
      purpose: deliveryPurpose.optional(),
      recipient: deliveryFilter.shape.recipient,
    }),
    status: 200,
    answer: component('DeliveryList', page(deliveryView), { items: [failedExample], next: null }),
    refusals: { 403: ['administrator-required'] },
  }),
  read: defineRoute({
    operationId: 'readDelivery',
    method: 'GET',
    path: `${path}/{id}`,
    tag,
    summary: 'Read a notification',
    description: 'Each attempt has its time, its outcome and the status that the other side answered.',
    access: 'aftertone.deliveries.{id}.read',
    ...administers,
    status: 200,
    answer: deliveryView,
    missing,
    refusals: { 403: ['administrator-required'] },
  }),
  replay: defineRoute({
    operationId: 'replayDelivery',
    method: 'POST',
    path: `${path}/{id}/replay`,
    tag,
    summary: 'Send a failed notification again',
    description:
      'With a `recipient` it is sent to that address instead, as a delivery of its own, which is the answer; the one that ' +
      'failed stays failed and names it in `replacedBy`. For a webhook that is the id of another one that hears of the ' +
      'mailbox; those of push and lamps cannot be sent elsewhere. A delivery that is on its way is left alone.',
    access: 'aftertone.deliveries.{id}.replay',
    ...administers,
    body: component('DeliveryRetry', deliveryRetry, {}, { recipient: 'ben@example.org' }),
    status: 202,
    answer: deliveryView,
    missing,
    refusals: {
      400: ['recipient-invalid'],
      403: ['administrator-required'],
      422: [
        ...['delivery-not-failed', 'delivery-replaced', 'message-purged'],
        ...['recipient-already-told', 'recipient-fixed', 'recipient-gone', 'recipient-no-follower'],
      ],
    },
  }),
  replayAll: defineRoute({
    operationId: 'replayDeliveries',
    method: 'POST',
    path: `${path}/replay`,
    tag,
    summary: 'Send all that has failed again',
    description:
      'What has failed by now and is as the filters say, in the background; `Location` tells how far it is. Notifications ' +
      'of purged messages are counted as `refused`, those of webhooks that are gone as `skipped`.',
    access: 'aftertone.deliveries.replay',
    ...administers,
    body: component('ReplayOfDeliveries', replayBody, { state: 'failed', channel: 'email' }),
    status: 202,
    answer: replayView,
    location: `${path}/replays/{id}`,
    refusals: { 403: ['administrator-required'] },
  }),
  readReplay: defineRoute({
    operationId: 'readDeliveryReplay',
    method: 'GET',
    path: `${path}/replays/{id}`,
    tag,
    summary: 'See how far a replay is',
    description: 'It is kept for a week after its end.',
    access: 'aftertone.deliveries.replays.{id}.read',
    ...administers,
    status: 200,
    answer: replayView,
    missing: 'delivery-replay-not-found',
    refusals: { 403: ['administrator-required'] },
  }),
};
