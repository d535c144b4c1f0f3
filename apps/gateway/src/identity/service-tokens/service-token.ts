import type { NewServiceToken } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** Other software was let in. The token itself and its hash are in no event. */
export type ServiceTokenCreated = DomainEvent<
  'ServiceTokenCreated',
  NewServiceToken & { serviceTokenId: string; createdAt: string; createdBy: string }
>;
export type ServiceTokenDeleted = DomainEvent<'ServiceTokenDeleted', { serviceTokenId: string }>;

export type ServiceTokenEvent = ServiceTokenCreated | ServiceTokenDeleted;

export type ActiveServiceToken = { status: 'active' } & ServiceTokenCreated['data'];

export type ServiceToken = { status: 'absent' } | ActiveServiceToken | { status: 'deleted' };

export const absentServiceToken: ServiceToken = { status: 'absent' };

export const evolveServiceToken = (_state: ServiceToken, event: ServiceTokenEvent): ServiceToken => {
  switch (event.type) {
    case 'ServiceTokenCreated':
      return { status: 'active', ...event.data };
    case 'ServiceTokenDeleted':
      return { status: 'deleted' };
  }
};
