import { newSubscription, openSubscription, page, type Subscription, subscription } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { tenantIdExample, userIdExample } from '../mailboxes/mailbox.examples.ts';
import { subscriptionMissing as missing } from './subscription.decider.ts';

const tag = 'events';
const path = '/v1/subscriptions/{id}';

const id = '01964c2f-5a6b-7c8d-8e9f-0a1b2c3d4e06';

const subscriptionExample: Subscription = {
  id,
  tenantId: tenantIdExample,
  ownerId: userIdExample,
  name: 'crm',
  types: ['message_created'],
  deliverSubject: `sub.${id}.events`,
  replay: null,
  inexact: [],
  createdAt: '2026-03-01T09:00:00.000Z',
};

const opened = component('OpenSubscription', openSubscription, {
  ...subscriptionExample,
  nats: {
    servers: ['nats://nats.example.com:4222'],
    user: 'tok-0197a5c0-0000-7000-8000-00000000000a',
    inboxPrefix: '_INBOX_0197a5c0-0000-7000-8000-00000000000a',
  },
  unacknowledged: 0,
});

const busRefusals = { 422: ['bus-access-off', 'server-too-old'], 503: ['bus-login-pending', 'bus-unavailable'] };

export const subscriptionRoutes = {
  list: defineRoute({
    operationId: 'listSubscriptions',
    method: 'GET',
    path: '/v1/subscriptions',
    tag,
    summary: 'List your subscriptions on the bus',
    access: 'aftertone.subscriptions.read',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('SubscriptionPage', page(subscription), { items: [subscriptionExample], next: null }),
  }),
  open: defineRoute({
    operationId: 'openSubscription',
    method: 'POST',
    path: '/v1/subscriptions',
    tag,
    summary: 'Subscribe on the bus, durably',
    description:
      'Log in on the bus as `nats` says, with the token of this request as the password, subscribe to `deliverSubject` and ' +
      'answer each message with an empty one. What is not answered within half a minute comes again; what happens while ' +
      'nobody listens is kept as long as the bus keeps events. With `after`, read `replay` first. One with a `name` is ' +
      'found again by asking for it again (200, and `after` means nothing then; `unacknowledged` says how much a former ' +
      'reader left, which comes again and perhaps behind newer messages); one without ends five minutes after its ' +
      'last reader. An owner has at most 20.',
    access: 'aftertone.subscriptions.create',
    body: component('NewSubscription', newSubscription, { name: 'crm', types: ['message_created'], after: 'first' }),
    status: 201,
    answer: opened,
    location: path,
    refusals: {
      ...busRefusals,
      400: ['cursor-invalid'],
      409: ['subscription-differs'],
      422: [...busRefusals[422], 'too-many-subscriptions', 'too-many-filters'],
    },
  }),
  read: defineRoute({
    operationId: 'readSubscription',
    method: 'GET',
    path,
    tag,
    summary: 'Read a subscription, and how to reach it with this token',
    access: 'aftertone.subscriptions.{id}.read',
    status: 200,
    answer: opened,
    missing,
    refusals: busRefusals,
  }),
  keepReplay: defineRoute({
    operationId: 'keepReplay',
    method: 'PUT',
    path: `${path}/replay`,
    tag,
    summary: 'Keep how far the history before a subscription was read',
    access: 'aftertone.subscriptions.{id}.update',
    body: component(
      'ReplayProgress',
      z.strictObject({
        after: z.string().min(1).max(512).nullable().meta({ description: 'A cursor; null: to the end' }),
      }),
      { after: null },
    ),
    status: 204,
    missing,
    refusals: { 400: ['cursor-invalid'] },
  }),
  remove: defineRoute({
    operationId: 'deleteSubscription',
    method: 'DELETE',
    path,
    tag,
    summary: 'End a subscription',
    access: 'aftertone.subscriptions.{id}.delete',
    status: 204,
    missing,
  }),
};
