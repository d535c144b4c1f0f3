import type { NewServiceToken } from '@aftertone/contracts';
import { type Command, conflict, type Decider, invalid, notFound } from '@aftertone/kernel';
import { absentServiceToken, evolveServiceToken, type ServiceToken, type ServiceTokenEvent } from './service-token.ts';

export type CreateServiceToken = Command<
  'CreateServiceToken',
  { serviceTokenId: string; token: NewServiceToken; createdBy: string }
>;
export type DeleteServiceToken = Command<'DeleteServiceToken', Record<string, never>>;

export type ServiceTokenCommand = CreateServiceToken | DeleteServiceToken;

const create = ({ data, meta }: CreateServiceToken, state: ServiceToken): ServiceTokenEvent[] => {
  if (state.status !== 'absent') throw conflict('service-token-exists', 'This service token exists already');
  const { serviceTokenId, token, createdBy } = data;
  if (token.expiresAt !== null && token.expiresAt <= meta.now) {
    const errors = [{ path: 'expiresAt', message: 'must be in the future' }];
    throw invalid('invalid-request', 'A service token cannot have ended before it begins', { errors });
  }
  return [{ type: 'ServiceTokenCreated', data: { serviceTokenId, ...token, createdAt: meta.now, createdBy } }];
};

const decide = (command: ServiceTokenCommand, state: ServiceToken): ServiceTokenEvent[] => {
  switch (command.type) {
    case 'CreateServiceToken':
      return create(command, state);
    case 'DeleteServiceToken':
      if (state.status !== 'active') throw notFound('service-token-not-found', 'There is no such service token');
      return [{ type: 'ServiceTokenDeleted', data: { serviceTokenId: state.serviceTokenId } }];
  }
};

export const serviceTokenDecider: Decider<ServiceToken, ServiceTokenCommand, ServiceTokenEvent> = {
  initialState: absentServiceToken,
  evolve: evolveServiceToken,
  decide,
};
