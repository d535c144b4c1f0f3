import {
  cloudEvent,
  eventsByType,
  initialTenantNotify,
  initialUserNotify,
  parseEventSubject,
} from '@aftertone/contracts';
import { Publisher, type RecordedEvent } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { type IdentityEvent, publishIdentity } from './publish.ts';
import { registryTenantId } from './tenants/tenant.aggregate.ts';
import type { Profile } from './users/user.ts';

const [tenantId, userId, tokenId, parentId] = [newId(), newId(), newId(), newId()];
const at = '2026-03-01T09:00:00.000Z';
const source = '/aftertone/c1/gateway';
const publisher = new Publisher({ source, publish: publishIdentity });
const profile: Profile = {
  username: 'ana',
  firstName: 'Ana',
  lastName: null,
  email: 'ana@example.org',
  timezone: 'Europe/Lisbon',
  language: null,
  role: 'user',
  policyIds: [],
  notify: initialUserNotify,
};
const { policyIds: _policies, notify: _notify, ...firstProfile } = profile;
const policyId = newId();
const policy = { name: 'reception', description: null, acl: ['aftertone.users.read'] };
const crm = { serviceTokenId: tokenId, name: 'CRM', acl: ['events.#'], expiresAt: null };
const acme = { tenantId, parentId, name: 'acme' };
const user = { userId, shortId: 3, createdAt: at, profile };
const founder = { userId, shortId: 3, username: 'ana', email: null };

const recorded = (event: IdentityEvent, tenant = tenantId): RecordedEvent => ({
  ...event,
  position: 12,
  tenantId: tenant,
  streamId: `user-${userId}`,
  version: 2,
  id: newId(),
  meta: { actor: { kind: 'user', id: userId }, correlationId: 'call-7', causationId: 'cause-1' },
  stamps: {},
  at,
});

const cases: [IdentityEvent, string, string, string?][] = [
  [
    {
      type: 'TenantRegistered',
      data: { tenantId, parentId, ancestors: [parentId], name: 'acme', founder, createdAt: at },
    },
    'tenant_created',
    `identity.tenants.${tenantId}.created`,
    registryTenantId,
  ],
  [
    {
      type: 'TenantRegistered',
      data: { tenantId, parentId, ancestors: [parentId], name: 'acme', cell: 'c2', founder, createdAt: at },
    },
    'tenant_created',
    `identity.tenants.${tenantId}.created`,
    registryTenantId,
  ],
  [
    {
      type: 'TenantChanged',
      data: {
        ...acme,
        createdAt: at,
        changed: ['multipleSharedMailboxes'],
        settings: { multipleSharedMailboxes: false },
      },
    },
    'tenant_updated',
    `identity.tenants.${tenantId}.updated`,
    registryTenantId,
  ],
  [
    {
      type: 'TenantChanged',
      data: {
        ...acme,
        createdAt: at,
        changed: ['notify'],
        settings: { multipleSharedMailboxes: true, notify: { ...initialTenantNotify, push: { enabled: false } } },
      },
    },
    'tenant_updated',
    `identity.tenants.${tenantId}.updated`,
    registryTenantId,
  ],
  [
    { type: 'PolicyCreated', data: { policyId, policy, createdAt: at } },
    'policy_created',
    `identity.policies.${policyId}.created`,
  ],
  [
    { type: 'PolicyChanged', data: { policyId, policy, createdAt: at, changed: ['acl'] } },
    'policy_updated',
    `identity.policies.${policyId}.updated`,
  ],
  [{ type: 'PolicyDeleted', data: { policyId } }, 'policy_deleted', `identity.policies.${policyId}.deleted`],
  [
    { type: 'ServiceTokenCreated', data: { ...crm, createdAt: at, createdBy: userId } },
    'service_token_created',
    `identity.service_tokens.${tokenId}.created`,
  ],
  [
    { type: 'ServiceTokenDeleted', data: { serviceTokenId: tokenId } },
    'service_token_deleted',
    `identity.service_tokens.${tokenId}.deleted`,
  ],
  [
    { type: 'UserCreated', data: { ...user, profile: firstProfile, founder: false } },
    'user_created',
    `identity.users.${userId}.created`,
  ],
  [{ type: 'UserCreated', data: { ...user, founder: false } }, 'user_created', `identity.users.${userId}.created`],
  [{ type: 'UserChanged', data: { ...user, changed: ['email'] } }, 'user_updated', `identity.users.${userId}.updated`],
  [{ type: 'UserDeleted', data: { userId } }, 'user_deleted', `identity.users.${userId}.deleted`],
  [
    {
      type: 'SubscriptionCreated',
      data: {
        subscriptionId: tokenId,
        owner: { kind: 'user', id: userId, tenantId },
        name: 'crm',
        types: ['user_created'],
        slot: 0,
        createdAt: at,
      },
    },
    'subscription_created',
    `identity.subscriptions.${tokenId}.created`,
  ],
  [
    { type: 'SubscriptionDeleted', data: { subscriptionId: tokenId } },
    'subscription_deleted',
    `identity.subscriptions.${tokenId}.deleted`,
  ],
  [
    { type: 'TokenIssued', data: { tokenId, userId, expiresAt: at } },
    'token_issued',
    `identity.tokens.${userId}.issued`,
  ],
  [{ type: 'TokenRevoked', data: { tokenId, userId } }, 'token_revoked', `identity.tokens.${userId}.revoked`],
];

describe('an identity event', () => {
  it.each(cases)('$type is published to its tenant as the contract says', (event, type, path, tenant) => {
    const stored = recorded(event, tenant);
    const [message, ...more] = publisher.busMessages(stored);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      id: stored.id,
      position: 12,
      part: 0,
      headers: { 'Aftertone-Position': '12', 'Aftertone-Part': '0', 'content-type': 'application/cloudevents+json' },
    });
    expect(parseEventSubject(message?.subject ?? '')).toEqual({ tenantId, path });
    const told = cloudEvent.parse(JSON.parse(message?.body ?? ''));
    expect(told).toMatchObject({
      type,
      subject: path,
      tenantid: tenantId,
      source,
      streamversion: 2,
      correlationid: 'call-7',
      causationid: 'cause-1',
    });
    expect(eventsByType.get(type)?.data.parse(told.data)).toEqual(told.data);
  });

  it('of a newer version publishes nothing', () => {
    const unknown: RecordedEvent = { ...recorded({ type: 'UserDeleted', data: { userId } }), type: 'UserPromoted' };
    expect(publisher.busMessages(unknown)).toEqual([]);
  });
});
