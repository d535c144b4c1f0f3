import type { StoredKind } from '@aftertone/event-store';
import { subscriptionAggregate } from '../subscriptions/subscription.aggregate.ts';
import { policyAggregate } from './policies/policy.aggregate.ts';
import { serviceTokenAggregate } from './service-tokens/service-token.aggregate.ts';
import { tenantAggregate } from './tenants/tenant.aggregate.ts';
import { tokenAggregate } from './tokens/token.aggregate.ts';
import { userAggregate } from './users/user.aggregate.ts';

/** Every kind of stream that tells of identities. */
export const identityAggregates: readonly StoredKind[] = [
  tenantAggregate,
  userAggregate,
  tokenAggregate,
  policyAggregate,
  serviceTokenAggregate,
  subscriptionAggregate,
];
