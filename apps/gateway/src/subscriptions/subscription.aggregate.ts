import type { Aggregate, ClaimChange } from '@aftertone/event-store';
import { type SubscriptionCommand, subscriptionDecider } from './subscription.decider.ts';
import type { ActiveSubscription, Subscription, SubscriptionEvent } from './subscription.ts';

/** Claims on names, and on an owner's few places: two requests at once never take the same. */
export const nameScope = 'subscription-name';
const slotScope = 'subscription-slot';

const claimsOf = ({ owner, name, slot }: ActiveSubscription, action: ClaimChange['action']): ClaimChange[] => [
  { scope: slotScope, key: `${owner.id}/${slot}`, action },
  ...(name === null ? [] : [{ scope: nameScope, key: `${owner.id}/${name}`, action }]),
];

export const subscriptionAggregate: Aggregate<Subscription, SubscriptionCommand, SubscriptionEvent> = {
  type: 'subscription',
  decider: subscriptionDecider,
  codecs: { SubscriptionCreated: { schemaVersion: 1 }, SubscriptionDeleted: { schemaVersion: 1 } },
  effects: (before, after, events, { id }) => {
    if (events.length === 0) return {};
    if (after.status !== 'active') {
      const claims = before.status === 'active' ? claimsOf(before, 'release') : [];
      return { rows: [{ table: 'subscriptions', op: 'delete', key: { id } }], claims };
    }
    const { owner, name, types, slot, createdAt } = after;
    const row = {
      id,
      owner_kind: owner.kind,
      owner_id: owner.id,
      owner_tenant_id: owner.tenantId,
      name,
      types,
      slot,
      created_at: createdAt,
    };
    return { rows: [{ table: 'subscriptions', op: 'upsert', row }], claims: claimsOf(after, 'take') };
  },
};
