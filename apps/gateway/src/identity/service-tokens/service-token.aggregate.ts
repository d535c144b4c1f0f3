import type { Aggregate } from '@aftertone/event-store';
import { type ServiceTokenCommand, serviceTokenDecider } from './service-token.decider.ts';
import type { ServiceToken, ServiceTokenEvent } from './service-token.ts';

export const serviceTokenAggregate: Aggregate<ServiceToken, ServiceTokenCommand, ServiceTokenEvent> = {
  type: 'service-token',
  decider: serviceTokenDecider,
  codecs: { ServiceTokenCreated: { schemaVersion: 1 }, ServiceTokenDeleted: { schemaVersion: 1 } },
  effects: (_before, after, events, { id }) => {
    if (events.length === 0) return {};
    if (after.status !== 'active') return { rows: [{ table: 'service_tokens', op: 'delete', key: { id } }] };
    const { name, acl, expiresAt, createdAt, createdBy } = after;
    const row = { id, name, acl, expires_at: expiresAt, created_at: createdAt, created_by: createdBy };
    return { rows: [{ table: 'service_tokens', op: 'upsert', row }] };
  },
};
