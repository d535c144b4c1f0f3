import { conflict, type DomainError, rejected } from '@aftertone/kernel';

/** Subscriptions of one owner. */
export const mostSubscriptions = 20;
/** Consumers of one subscription. */
export const mostConsumers = 64;

export const tooManySubscriptions = (): DomainError =>
  rejected('too-many-subscriptions', `Nobody has more than ${mostSubscriptions} subscriptions`, {
    limit: mostSubscriptions,
  });

export const tooManyFilters = (needed: number): DomainError =>
  rejected('too-many-filters', `The ACL needs ${needed} consumers; a subscription has at most ${mostConsumers}`, {
    needed,
    limit: mostConsumers,
  });

export const subscriptionDiffers = (): DomainError =>
  conflict('subscription-differs', 'There is a subscription of this name for other types');
