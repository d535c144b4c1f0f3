import { deciderSpec } from '@aftertone/testing';
import { it } from 'vitest';
import { subscriptionDecider } from './subscription.decider.ts';
import type { SubscriptionEvent } from './subscription.ts';

const given = deciderSpec(subscriptionDecider);

const now = '2026-03-01T09:00:00.000Z';
const facts = {
  subscriptionId: 's',
  owner: { kind: 'user' as const, id: 'u', tenantId: 't' },
  name: 'crm',
  types: null,
  slot: 3,
};
const create = { type: 'CreateSubscription', data: facts, meta: { now } } as const;
const remove = { type: 'DeleteSubscription', data: {}, meta: { now } } as const;
const created: SubscriptionEvent = { type: 'SubscriptionCreated', data: { ...facts, createdAt: now } };
const deleted: SubscriptionEvent = { type: 'SubscriptionDeleted', data: { subscriptionId: 's' } };

it('begins once', () => {
  given().when(create).then(created);
  given(created).when(create).thenThrows('subscription-exists');
  given(created, deleted).when(create).thenThrows('subscription-exists');
});

it('ends once', () => {
  given(created).when(remove).then(deleted);
  given(created, deleted).when(remove).thenThrows('subscription-not-found');
  given().when(remove).thenThrows('subscription-not-found');
});
