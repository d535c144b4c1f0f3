import type { FeedChange } from '@aftertone/event-store';

/** Role of the feeds that count the users of a policy, in guard failures. */
export const policyRole = 'policy';

const feedOf = (policyId: string): Pick<FeedChange, 'role' | 'feedId' | 'take'> => ({
  role: policyRole,
  feedId: `policy-${policyId}`,
  take: 0,
});

/** The policy of a feed, as guard failures name it. */
export const policyIdOf = (feedId: string): string => feedId.replace(/^policy-/, '');

export const openUsers = (policyId: string): FeedChange => ({ ...feedOf(policyId), delta: [0], create: true });

/** A policy that is not there, or is deleted, takes no users: its feed is missing or closed. */
export const addUser = (policyId: string): FeedChange => ({ ...feedOf(policyId), delta: [1] });

export const removeUser = (policyId: string): FeedChange => ({ ...feedOf(policyId), delta: [-1], requireOpen: false });

/** One more may not be too many where there is none: so the append refuses this while the policy has a user. */
export const closeUsers = (policyId: string): FeedChange => ({
  ...feedOf(policyId),
  delta: [1],
  set: { open: false, limits: [1] },
});
