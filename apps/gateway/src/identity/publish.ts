import { contractEvents, type EventDefinition, identityPath } from '@aftertone/contracts';
import type { Publication, RecordedEvent } from '@aftertone/event-store';
import type { z } from 'zod';
import { tenantAggregate } from './tenants/tenant.aggregate.ts';
import { initialSettings, type Settings, type TenantChanged, type TenantEvent } from './tenants/tenant.ts';
import { tokenAggregate } from './tokens/token.aggregate.ts';
import type { TokenEvent } from './tokens/token.ts';
import { userAggregate } from './users/user.aggregate.ts';
import { profileFrom, type StoredProfile, type UserEvent } from './users/user.ts';

export type IdentityEvent = TenantEvent | UserEvent | TokenEvent;
type RecordedIdentityEvent = { [T in IdentityEvent as T['type']]: RecordedEvent<T> }[IdentityEvent['type']];

const types: ReadonlySet<string> = new Set(
  [tenantAggregate, userAggregate, tokenAggregate].flatMap(({ codecs }) => Object.keys(codecs)),
);

const isIdentityEvent = (recorded: RecordedEvent): recorded is RecordedIdentityEvent => types.has(recorded.type);

/** The data is checked against the definition by the compiler. */
const told = <Data extends z.ZodType>(
  { type }: EventDefinition<Data>,
  path: string,
  data: z.input<Data> & Publication['data'],
) => ({
  type,
  path,
  data,
});

const userView = (
  { tenantId, version, at }: RecordedEvent,
  {
    userId,
    shortId,
    createdAt,
    profile,
  }: { userId: string; shortId: number; createdAt: string; profile: StoredProfile },
) => ({ id: userId, tenantId, shortId, ...profileFrom(profile), createdAt, updatedAt: at, version });

type TenantFacts = Pick<TenantChanged['data'], 'tenantId' | 'parentId' | 'name' | 'createdAt'>;

const tenantView = ({ tenantId: id, parentId, name, createdAt }: TenantFacts, settings: Settings, version: number) => ({
  id,
  parentId,
  name,
  ...settings,
  createdAt,
  version,
});

const publication = (recorded: RecordedIdentityEvent): Publication => {
  switch (recorded.type) {
    case 'TenantRegistered': {
      const { tenantId } = recorded.data;
      const data = { tenantId, tenant: tenantView(recorded.data, initialSettings, recorded.version) };
      // It is stored under the registry and told to the tenant itself.
      return { ...told(contractEvents.tenantCreated, identityPath('tenants', tenantId, 'created'), data), tenantId };
    }
    case 'TenantChanged': {
      const { tenantId, settings, changed } = recorded.data;
      const data = { tenantId, tenant: tenantView(recorded.data, settings, recorded.version), changed };
      return { ...told(contractEvents.tenantUpdated, identityPath('tenants', tenantId, 'updated'), data), tenantId };
    }
    case 'UserCreated': {
      const { userId } = recorded.data;
      const data = { userId, user: userView(recorded, recorded.data) };
      return told(contractEvents.userCreated, identityPath('users', userId, 'created'), data);
    }
    case 'UserChanged': {
      const { userId, changed } = recorded.data;
      const data = { userId, user: userView(recorded, recorded.data), changed };
      return told(contractEvents.userUpdated, identityPath('users', userId, 'updated'), data);
    }
    case 'UserDeleted': {
      const { userId } = recorded.data;
      return told(contractEvents.userDeleted, identityPath('users', userId, 'deleted'), { userId });
    }
    case 'TokenIssued':
      return told(contractEvents.tokenIssued, identityPath('tokens', recorded.data.userId, 'issued'), recorded.data);
    case 'TokenRevoked':
      return told(contractEvents.tokenRevoked, identityPath('tokens', recorded.data.userId, 'revoked'), recorded.data);
  }
};

/** The contract event of a stored event: one for each that we know, to no audience. A newer version may store others. */
export const publishIdentity = (recorded: RecordedEvent): Publication[] =>
  isIdentityEvent(recorded) ? [publication(recorded)] : [];
