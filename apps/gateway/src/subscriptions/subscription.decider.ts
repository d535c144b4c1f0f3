import { type Command, conflict, type Decider, notFound } from '@aftertone/kernel';
import {
  absentSubscription,
  evolveSubscription,
  type Subscription,
  type SubscriptionCreated,
  type SubscriptionEvent,
} from './subscription.ts';

export type CreateSubscription = Command<'CreateSubscription', Omit<SubscriptionCreated['data'], 'createdAt'>>;
export type DeleteSubscription = Command<'DeleteSubscription', Record<string, never>>;

export type SubscriptionCommand = CreateSubscription | DeleteSubscription;

export const subscriptionMissing = 'subscription-not-found';

export const noSubscription = () => notFound(subscriptionMissing, 'There is no such subscription');

const decide = (command: SubscriptionCommand, state: Subscription): SubscriptionEvent[] => {
  switch (command.type) {
    case 'CreateSubscription': {
      if (state.status !== 'absent') throw conflict('subscription-exists', 'This subscription exists already');
      return [{ type: 'SubscriptionCreated', data: { ...command.data, createdAt: command.meta.now } }];
    }
    case 'DeleteSubscription':
      if (state.status !== 'active') throw noSubscription();
      return [{ type: 'SubscriptionDeleted', data: { subscriptionId: state.subscriptionId } }];
  }
};

export const subscriptionDecider: Decider<Subscription, SubscriptionCommand, SubscriptionEvent> = {
  initialState: absentSubscription,
  evolve: evolveSubscription,
  decide,
};
