import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type UserCommand, userDecider } from './user.decider.ts';
import type { Profile, UserEvent } from './user.ts';

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
};
const create: UserCommand = {
  type: 'CreateUser',
  data: { userId, shortId: 7, profile: ana, founder: false },
  meta,
};
const created: UserEvent = {
  type: 'UserCreated',
  data: { userId, shortId: 7, profile: ana, founder: false, createdAt: meta.now },
};
const deleted: UserEvent = { type: 'UserDeleted', data: { userId } };
const change = (changes: Partial<Profile>, password = false): UserCommand => ({
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
