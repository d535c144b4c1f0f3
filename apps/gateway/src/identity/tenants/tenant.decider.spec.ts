import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type TenantCommand, tenantDecider } from './tenant.decider.ts';
import type { TenantEvent } from './tenant.ts';

const given = deciderSpec(tenantDecider);

const [tenantId, userId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'];
const meta = { now: '2026-03-01T09:00:00.000Z' };
const facts = { tenantId, parentId: null, name: 'acme' };
const data = { ...facts, ancestors: [], founder: { userId, shortId: 1, username: 'chief', email: null } };

const register: TenantCommand = { type: 'RegisterTenant', data, meta };
const registered: TenantEvent = { type: 'TenantRegistered', data: { ...data, createdAt: meta.now } };
const change = (multipleSharedMailboxes?: boolean): TenantCommand => ({
  type: 'ChangeTenant',
  data: { changes: { multipleSharedMailboxes } },
  meta,
});
const changed = (multipleSharedMailboxes: boolean): TenantEvent => ({
  type: 'TenantChanged',
  data: { ...facts, createdAt: meta.now, changed: ['multipleSharedMailboxes'], settings: { multipleSharedMailboxes } },
});

describe('a tenant', () => {
  it('is registered once', () => {
    given().when(register).then(registered);
    given(registered, changed(false)).when(register).thenThrows('tenant-exists');
  });

  it('may have several shared mailboxes of a kind until it is told otherwise', () => {
    given(registered).when(change(true)).then();
    given(registered).when(change()).then();
    given(registered).when(change(false)).then(changed(false));
    given(registered, changed(false)).when(change(true)).then(changed(true));
    given(registered, changed(false)).when(change(false)).then();
    given().when(change(false)).thenThrows('tenant-not-found');
  });
});
