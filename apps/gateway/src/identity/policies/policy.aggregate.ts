import type { Aggregate, ClaimChange, FeedChange, RowChange } from '@aftertone/event-store';
import { type PolicyCommand, policyDecider } from './policy.decider.ts';
import type { Policy, PolicyEvent } from './policy.ts';
import { closeUsers, openUsers } from './policy-feed.ts';

const scope = 'policy-name';

const nameOf = (policy: Policy): string | undefined => (policy.status === 'active' ? policy.policy.name : undefined);

const nameClaims = (before: Policy, after: Policy): ClaimChange[] => {
  const [old, now] = [nameOf(before), nameOf(after)];
  if (old === now) return [];
  return [
    ...(old === undefined ? [] : [{ scope, key: old, action: 'release' } as const]),
    ...(now === undefined ? [] : [{ scope, key: now, action: 'take' } as const]),
  ];
};

const feedsOf = ({ type, data }: PolicyEvent): FeedChange[] => {
  switch (type) {
    case 'PolicyCreated':
      return [openUsers(data.policyId)];
    case 'PolicyChanged':
      return [];
    case 'PolicyDeleted':
      return [closeUsers(data.policyId)];
  }
};

export const policyAggregate: Aggregate<Policy, PolicyCommand, PolicyEvent> = {
  type: 'policy',
  decider: policyDecider,
  codecs: {
    PolicyCreated: { schemaVersion: 1 },
    PolicyChanged: { schemaVersion: 1 },
    PolicyDeleted: { schemaVersion: 1 },
  },
  feeds: (_before, _after, event) => feedsOf(event),
  effects: (before, after, events, { id, version, at }) => {
    if (events.length === 0) return {};
    const row: RowChange =
      after.status === 'active'
        ? {
            table: 'policies',
            op: 'upsert',
            row: { id, ...after.policy, created_at: after.createdAt, updated_at: at, version },
          }
        : { table: 'policies', op: 'delete', key: { id } };
    return { rows: [row], claims: nameClaims(before, after) };
  },
};
