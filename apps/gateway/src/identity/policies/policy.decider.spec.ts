import type { NewPolicy } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type PolicyCommand, policyDecider } from './policy.decider.ts';
import type { PolicyEvent } from './policy.ts';

const given = deciderSpec(policyDecider);

const policyId = '01900000-0000-7000-8000-000000000001';
const meta = { now: '2026-03-01T09:00:00.000Z' };
const policy: NewPolicy = { name: 'reception', description: null, acl: ['aftertone.users.read'] };

const create: PolicyCommand = { type: 'CreatePolicy', data: { policyId, policy }, meta };
const created: PolicyEvent = { type: 'PolicyCreated', data: { policyId, policy, createdAt: meta.now } };
const deleted: PolicyEvent = { type: 'PolicyDeleted', data: { policyId } };
const change = (changes: Partial<NewPolicy>): PolicyCommand => ({ type: 'ChangePolicy', data: { changes }, meta });
const changed = (after: NewPolicy, ...fields: string[]): PolicyEvent => ({
  type: 'PolicyChanged',
  data: { policyId, policy: after, createdAt: meta.now, changed: fields },
});

describe('a policy', () => {
  it('is created once, under a name that is not built in', () => {
    given().when(create).then(created);
    given(created).when(create).thenThrows('policy-exists');
    given(created, deleted).when(create).thenThrows('policy-exists');
    for (const name of ['user', 'admin']) {
      given()
        .when({ type: 'CreatePolicy', data: { policyId, policy: { ...policy, name } }, meta })
        .thenThrows('policy-name-taken');
      given(created).when(change({ name })).thenThrows('policy-name-taken');
    }
  });

  it('is changed in the given fields, and the event names them', () => {
    const acl = ['aftertone.users.*.read'];
    given(created)
      .when(change({ acl, description: null }))
      .then(changed({ ...policy, acl }, 'acl'));
    given(created)
      .when(change({ acl: [...policy.acl] }))
      .then();
  });

  it('is gone once deleted', () => {
    const remove: PolicyCommand = { type: 'DeletePolicy', data: {}, meta };
    given(created).when(remove).then(deleted);
    given(created, deleted).when(remove).thenThrows('policy-not-found');
    given(created, deleted)
      .when(change({ name: 'x' }))
      .thenThrows('policy-not-found');
    given().when(remove).thenThrows('policy-not-found');
  });
});
