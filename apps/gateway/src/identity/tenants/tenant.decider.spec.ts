import type { TenantChanges } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import { type TenantCommand, tenantDecider } from './tenant.decider.ts';
import { initialSettings, type Settings, type TenantChanged, type TenantEvent } from './tenant.ts';

const given = deciderSpec(tenantDecider);

const [tenantId, userId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'];
const meta = { now: '2026-03-01T09:00:00.000Z' };
const facts = { tenantId, parentId: null, name: 'acme', cell: 'c1' };
const data = { ...facts, ancestors: [], founder: { userId, shortId: 1, username: 'chief', email: null } };

const register: TenantCommand = { type: 'RegisterTenant', data, meta };
const registered: TenantEvent = { type: 'TenantRegistered', data: { ...data, createdAt: meta.now } };
const change = (changes: TenantChanges): TenantCommand => ({ type: 'ChangeTenant', data: { changes }, meta });
const changed = (settings: Partial<Settings>): TenantChanged => ({
  type: 'TenantChanged',
  data: {
    ...facts,
    createdAt: meta.now,
    changed: Object.keys(settings),
    settings: { ...initialSettings, ...settings },
  },
});
const [one, several] = [{ multipleSharedMailboxes: false }, { multipleSharedMailboxes: true }];

describe('a tenant', () => {
  it('is registered once', () => {
    given().when(register).then(registered);
    given(registered, changed(one)).when(register).thenThrows('tenant-exists');
  });

  it('tells no cell when it was registered before cells were recorded', () => {
    const { cell: _, ...earlier } = data;
    const { cell: __, ...told } = changed(one).data;
    given({ type: 'TenantRegistered', data: { ...earlier, createdAt: meta.now } })
      .when(change(one))
      .then({ type: 'TenantChanged', data: told });
  });

  it('may have several shared mailboxes of a kind until it is told otherwise', () => {
    given(registered).when(change(several)).then();
    given(registered).when(change({})).then();
    given(registered).when(change(one)).then(changed(one));
    given(registered, changed(one)).when(change(several)).then(changed(several));
    given(registered, changed(one)).when(change(one)).then();
    given().when(change(one)).thenThrows('tenant-not-found');
  });

  it('keeps messages for ever unless it says otherwise, rule by rule', () => {
    const { retention } = initialSettings;
    const first = { retention: { ...retention, heardDays: 30, trashDays: 0 } };
    const second = { retention: { ...retention, trashDays: 0 } };
    given(registered)
      .when(change({ retention: { heardDays: 30, trashDays: 0 } }))
      .then(changed(first));
    given(registered, changed(first))
      .when(change({ retention: { heardDays: null } }))
      .then(changed(second));
    given(registered, changed(first))
      .when(change({ retention: { heardDays: 30 } }))
      .then();
  });

  it('has its people told as it says, and the rest of that stays as it was', () => {
    const { notify } = initialSettings;
    const owners = { notify: { ...notify, email: { ...notify.email, owners: true } } };
    const linked = { notify: { ...notify, email: { ...notify.email, owners: true, link: true } } };
    given(registered)
      .when(change({ notify: { email: { owners: true } } }))
      .then(changed(owners));
    given(registered, changed(owners))
      .when(change({ notify: { email: { link: true } } }))
      .then(changed(linked));
    given(registered, changed(owners))
      .when(change({ notify: { email: { owners: true }, mwi: {} } }))
      .then();
  });

  it('whose last change was before there were such settings has them as they begin', () => {
    const old: TenantEvent = {
      type: 'TenantChanged',
      data: { ...facts, createdAt: meta.now, changed: ['multipleSharedMailboxes'], settings: one },
    };
    const push = { ...one, notify: { ...initialSettings.notify, push: { enabled: false } } };
    const { data } = changed(push);
    given(registered, old)
      .when(change({ notify: { push: { enabled: false } } }))
      .then({ type: 'TenantChanged', data: { ...data, changed: ['notify'] } });
  });
});
