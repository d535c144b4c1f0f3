import type { NewServiceToken } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type ServiceTokenCommand, serviceTokenDecider } from './service-token.decider.ts';
import type { ServiceTokenEvent } from './service-token.ts';

const given = deciderSpec(serviceTokenDecider);

const [serviceTokenId, createdBy] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'];
const meta = { now: '2026-03-01T09:00:00.000Z' };
const token: NewServiceToken = { name: 'CRM', acl: ['events.#'], expiresAt: null };

const create = (more: Partial<NewServiceToken> = {}): ServiceTokenCommand => ({
  type: 'CreateServiceToken',
  data: { serviceTokenId, token: { ...token, ...more }, createdBy },
  meta,
});
const created: ServiceTokenEvent = {
  type: 'ServiceTokenCreated',
  data: { serviceTokenId, ...token, createdAt: meta.now, createdBy },
};
const deleted: ServiceTokenEvent = { type: 'ServiceTokenDeleted', data: { serviceTokenId } };
const remove: ServiceTokenCommand = { type: 'DeleteServiceToken', data: {}, meta };

describe('a service token', () => {
  it('is created once, and not after its end', () => {
    given().when(create()).then(created);
    given(created).when(create()).thenThrows('service-token-exists');
    given(created, deleted).when(create()).thenThrows('service-token-exists');
    given()
      .when(create({ expiresAt: meta.now }))
      .thenThrows('invalid-request');
  });

  it('is deleted once', () => {
    given(created).when(remove).then(deleted);
    given(created, deleted).when(remove).thenThrows('service-token-not-found');
    given().when(remove).thenThrows('service-token-not-found');
  });
});
