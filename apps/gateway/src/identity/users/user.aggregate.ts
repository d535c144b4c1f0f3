import type { Aggregate, ClaimChange, FeedChange, RowChange } from '@aftertone/event-store';
import { isBuiltIn } from '../policies/built-in.ts';
import { addUser, removeUser } from '../policies/policy-feed.ts';
import { type UserCommand, userDecider } from './user.decider.ts';
import type { Profile, User, UserEvent } from './user.ts';

/** Role of the feed that counts a tenant's administrators, in stamps and guard failures. */
export const administratorsRole = 'administrators';

const usernameScope = 'username';

/**
 * A feed's limit stops a counter from growing, and a tenant must not lose its last administrator: so the counter holds
 * administrators as a negative number, which grows when one goes, and may not grow beyond -1.
 */
const lastAdministrator = -1;

const admins = (user: User): number => (user.status === 'active' && user.profile.role === 'admin' ? 1 : 0);

const countAdministrators = (tenantId: string, before: User, after: User, event: UserEvent): FeedChange[] => {
  const delta = admins(before) - admins(after);
  if (event.type === 'UserCreated' && event.data.founder) {
    const set = { limits: [lastAdministrator] };
    return [{ role: administratorsRole, feedId: tenantId, delta: [delta], take: 0, create: true, set }];
  }
  return delta === 0 ? [] : [{ role: administratorsRole, feedId: tenantId, delta: [delta], take: 0 }];
};

/** A policy knows how many users it has: who has it keeps it from being deleted, and nobody gets one that is. */
const policiesOf = (user: User): string[] =>
  user.status === 'active' ? user.profile.policyIds.filter((id) => !isBuiltIn(id)) : [];

const countPolicies = (before: User, after: User): FeedChange[] => {
  const [old, now] = [policiesOf(before), policiesOf(after)];
  return [
    ...now.filter((id) => !old.includes(id)).map(addUser),
    ...old.filter((id) => !now.includes(id)).map(removeUser),
  ];
};

const nameOf = (user: User): string | undefined =>
  user.status === 'active' ? user.profile.username.toLowerCase() : undefined;

const usernameClaims = (before: User, after: User): ClaimChange[] => {
  const [old, now] = [nameOf(before), nameOf(after)];
  if (old === now) return [];
  const change = (key: string | undefined, action: ClaimChange['action']): ClaimChange[] =>
    key === undefined ? [] : [{ scope: usernameScope, key, action }];
  return [...change(old, 'release'), ...change(now, 'take')];
};

const columns = ({ username, firstName, lastName, email, timezone, language, role, policyIds, notify }: Profile) => ({
  username,
  first_name: firstName,
  last_name: lastName,
  email,
  timezone,
  language,
  role,
  policy_ids: policyIds,
  notify,
});

export const userAggregate: Aggregate<User, UserCommand, UserEvent> = {
  type: 'user',
  decider: userDecider,
  codecs: {
    UserCreated: { schemaVersion: 1 },
    UserChanged: { schemaVersion: 1 },
    UserDeleted: { schemaVersion: 1 },
  },
  feeds: (before, after, event, { tenantId }) => [
    ...countAdministrators(tenantId, before, after, event),
    ...countPolicies(before, after),
  ],
  effects: (before, after, events, { id, version, at }) => {
    if (events.length === 0) return {};
    const row: RowChange =
      after.status === 'active'
        ? {
            table: 'users',
            op: 'upsert',
            row: {
              id,
              short_id: after.shortId,
              ...columns(after.profile),
              created_at: after.createdAt,
              updated_at: at,
              version,
            },
          }
        : { table: 'users', op: 'delete', key: { id } };
    return { rows: [row], claims: usernameClaims(before, after) };
  },
};
