import { initialUserNotify, type UserChanges } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type CreateUser, type UserCommand, userDecider } from './user.decider.ts';
import type { Profile, UserCreated, UserEvent } from './user.ts';

const given = deciderSpec(userDecider);

const userId = '01900000-0000-7000-8000-000000000001';
const meta = { now: '2026-03-01T09:00:00.000Z' };
const ana: Profile = {
  username: 'ana',
  firstName: 'Ana',
  lastName: null,
  email: 'ana@example.org',
  timezone: null,
  language: null,
  role: 'user',
  policyIds: [],
  notify: initialUserNotify,
};
const create: CreateUser = {
  type: 'CreateUser',
  data: { userId, shortId: 7, profile: ana, founder: false },
  meta,
};
const created: UserCreated = {
  type: 'UserCreated',
  data: { userId, shortId: 7, profile: ana, founder: false, createdAt: meta.now },
};
const deleted: UserEvent = { type: 'UserDeleted', data: { userId } };
const change = (changes: UserChanges, password = false): UserCommand => ({
  type: 'ChangeUser',
  data: { changes, password },
  meta,
});
const changed = (profile: Profile, ...fields: string[]): UserEvent => ({
  type: 'UserChanged',
  data: { userId, shortId: 7, createdAt: meta.now, changed: fields, profile },
});

describe('a user', () => {
  it('is created once', () => {
    given().when(create).then(created);
    given(created).when(create).thenThrows('user-exists');
    given(created, deleted).when(create).thenThrows('user-exists');
  });

  it('is changed in the given fields, and the event names them', () => {
    const married = { ...ana, lastName: 'Costa' };
    given(created)
      .when(change({ lastName: 'Costa', email: 'ana@example.org' }))
      .then(changed(married, 'lastName'));
    given(created, changed(married, 'lastName'))
      .when(change({ lastName: null }))
      .then(changed(ana, 'lastName'));
  });

  it('shows that the password changed, and nothing of it', () => {
    given(created).when(change({}, true)).then(changed(ana, 'password'));
  });

  it('does not change by what it is already', () => {
    given(created)
      .when(change({ firstName: 'Ana' }))
      .then();
  });

  it('has policies only while it is no administrator', () => {
    const policyIds = ['01900000-0000-7000-8000-000000000009'];
    const withPolicies = { ...ana, policyIds };
    given(created).when(change({ policyIds })).then(changed(withPolicies, 'policyIds'));
    given(created, changed(withPolicies, 'policyIds'))
      .when(change({ policyIds: [...policyIds] }))
      .then();
    given(created, changed(withPolicies, 'policyIds'))
      .when(change({ role: 'admin' }))
      .thenThrows('policies-of-administrator');
    given(created, changed(withPolicies, 'policyIds'))
      .when(change({ role: 'admin', policyIds: [] }))
      .then(changed({ ...ana, role: 'admin' }, 'role', 'policyIds'));
    given()
      .when({ type: 'CreateUser', data: { ...create.data, profile: { ...withPolicies, role: 'admin' } }, meta })
      .thenThrows('policies-of-administrator');
  });

  it('is told as it says, and the rest of that stays as it was', () => {
    const push = { ...ana, notify: { ...initialUserNotify, push: { enabled: false } } };
    const quietHours = { from: '22:00', until: '07:00', days: ['mon' as const], exceptUrgent: true };
    const quiet = { ...push, notify: { ...push.notify, quietHours, email: { ...push.notify.email, link: true } } };
    given(created)
      .when(change({ notify: { push: { enabled: false } } }))
      .then(changed(push, 'notify'));
    given(created, changed(push, 'notify'))
      .when(change({ notify: { quietHours, email: { link: true } } }))
      .then(changed(quiet, 'notify'));
    given(created, changed(push, 'notify'))
      .when(change({ notify: { push: { enabled: false }, sms: {} } }))
      .then();
  });

  it('of a time before policies and notifications has none', () => {
    const { policyIds: _policies, notify: _notify, ...profile } = ana;
    const old: UserEvent = { type: 'UserCreated', data: { ...created.data, profile } };
    given(old)
      .when(change({ policyIds: [] }))
      .then();
    given(old)
      .when(change({ lastName: 'Costa' }))
      .then(changed({ ...ana, lastName: 'Costa' }, 'lastName'));
  });

  it('is gone for every command once deleted', () => {
    given(created).when({ type: 'DeleteUser', data: {}, meta }).then(deleted);
    given(created, deleted).when({ type: 'DeleteUser', data: {}, meta }).thenThrows('user-not-found');
    given(created, deleted)
      .when(change({ firstName: 'B' }))
      .thenThrows('user-not-found');
    given()
      .when(change({ firstName: 'B' }))
      .thenThrows('user-not-found');
  });
});
