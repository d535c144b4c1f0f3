import { contractEvents, type EventDefinition, identityPath } from '@aftertone/contracts';
import type { Publication, RecordedEvent } from '@aftertone/event-store';
import type { z } from 'zod';
import type { SubscriptionEvent } from '../subscriptions/subscription.ts';
import { identityAggregates } from './aggregates.ts';
import type { PolicyCreated, PolicyEvent } from './policies/policy.ts';
import type { ServiceTokenEvent } from './service-tokens/service-token.ts';
import {
  initialSettings,
  type Settings,
  settingsFrom,
  type TenantChanged,
  type TenantEvent,
} from './tenants/tenant.ts';
import type { TokenEvent } from './tokens/token.ts';
import { profileFrom, type StoredProfile, type UserEvent } from './users/user.ts';

export type IdentityEvent = TenantEvent | UserEvent | TokenEvent | PolicyEvent | ServiceTokenEvent | SubscriptionEvent;
type RecordedIdentityEvent = { [T in IdentityEvent as T['type']]: RecordedEvent<T> }[IdentityEvent['type']];

const types: ReadonlySet<string> = new Set(identityAggregates.flatMap(({ codecs }) => Object.keys(codecs)));

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

const policyView = (
  { tenantId, version, at }: RecordedEvent,
  { policyId, policy, createdAt }: PolicyCreated['data'],
) => ({ id: policyId, tenantId, ...policy, builtIn: false, createdAt, updatedAt: at, version });

type TenantFacts = Pick<TenantChanged['data'], 'tenantId' | 'parentId' | 'name' | 'cell' | 'createdAt'>;

const tenantView = (
  { tenantId: id, parentId, name, cell, createdAt }: TenantFacts,
  settings: Settings,
  version: number,
) => ({
  id,
  parentId,
  name,
  ...settings,
  ...(cell === undefined ? {} : { cell }),
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
      const data = { tenantId, tenant: tenantView(recorded.data, settingsFrom(settings), recorded.version), changed };
      return { ...told(contractEvents.tenantUpdated, identityPath('tenants', tenantId, 'updated'), data), tenantId };
    }
    case 'PolicyCreated': {
      const { policyId } = recorded.data;
      const data = { policyId, policy: policyView(recorded, recorded.data) };
      return told(contractEvents.policyCreated, identityPath('policies', policyId, 'created'), data);
    }
    case 'PolicyChanged': {
      const { policyId, changed } = recorded.data;
      const data = { policyId, policy: policyView(recorded, recorded.data), changed };
      return told(contractEvents.policyUpdated, identityPath('policies', policyId, 'updated'), data);
    }
    case 'PolicyDeleted': {
      const { policyId } = recorded.data;
      return told(contractEvents.policyDeleted, identityPath('policies', policyId, 'deleted'), { policyId });
    }
    case 'ServiceTokenCreated': {
      const { serviceTokenId, name, acl, expiresAt } = recorded.data;
      const data = { serviceTokenId, name, acl, expiresAt };
      const path = identityPath('service_tokens', serviceTokenId, 'created');
      return told(contractEvents.serviceTokenCreated, path, data);
    }
    case 'ServiceTokenDeleted': {
      const { serviceTokenId } = recorded.data;
      const path = identityPath('service_tokens', serviceTokenId, 'deleted');
      return told(contractEvents.serviceTokenDeleted, path, { serviceTokenId });
    }
    case 'SubscriptionCreated': {
      const { subscriptionId, owner, name, types } = recorded.data;
      const data = { subscriptionId, ownerId: owner.id, name, types };
      return told(contractEvents.subscriptionCreated, identityPath('subscriptions', subscriptionId, 'created'), data);
    }
    case 'SubscriptionDeleted': {
      const { subscriptionId } = recorded.data;
      const path = identityPath('subscriptions', subscriptionId, 'deleted');
      return told(contractEvents.subscriptionDeleted, path, { subscriptionId });
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
