import type { DomainEvent } from '@aftertone/kernel';

/** Whose subscription it is: a user or a service token. */
export interface Owner {
  kind: 'user' | 'service';
  id: string;
  /** The owner's own tenant; an administrator may follow the events of one below it. */
  tenantId: string;
}

export type SubscriptionCreated = DomainEvent<
  'SubscriptionCreated',
  {
    subscriptionId: string;
    owner: Owner;
    /** Null: it ends some minutes after its last reader. */
    name: string | null;
    /** Null: every type. */
    types: string[] | null;
    /** Which of the owner's few places it takes, from 0. */
    slot: number;
    createdAt: string;
  }
>;
export type SubscriptionDeleted = DomainEvent<'SubscriptionDeleted', { subscriptionId: string }>;

export type SubscriptionEvent = SubscriptionCreated | SubscriptionDeleted;

export type ActiveSubscription = { status: 'active' } & SubscriptionCreated['data'];

export type Subscription = { status: 'absent' } | ActiveSubscription | { status: 'deleted' };

export const absentSubscription: Subscription = { status: 'absent' };

export const evolveSubscription = (_state: Subscription, event: SubscriptionEvent): Subscription => {
  switch (event.type) {
    case 'SubscriptionCreated':
      return { status: 'active', ...event.data };
    case 'SubscriptionDeleted':
      return { status: 'deleted' };
  }
};
