import { administerAccess, builtInPolicyIds, rolePolicies } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import type { SessionFacts } from './session.ts';
import { sessionFrom } from './session-from.ts';

const [tenantId, userId, tokenId, box] = [newId(), newId(), newId(), newId()];

const facts: SessionFacts = {
  kind: 'user',
  homeTenantId: tenantId,
  cell: null,
  tenantId,
  userId,
  tokenId,
  role: 'user',
  policyIds: [],
  acls: [],
  groupMailboxIds: [],
  expiresAt: Date.now() + 60_000,
};
const session = (changes: Partial<SessionFacts>) => sessionFrom({ ...facts, ...changes });

describe('a session', () => {
  it('allows what its role allows, and itself as me', () => {
    const [user, admin] = [session({}), session({ role: 'admin' })];
    const allowed = (required: string) => [user?.allows(required), admin?.allows(required)];
    expect(allowed('aftertone.users.read')).toEqual([false, true]);
    expect(allowed(`aftertone.users.${userId}.read`)).toEqual([true, true]);
    expect(allowed(`events.users.${userId}.voicemails.messages.created`)).toEqual([true, true]);
    expect(allowed('events.identity.users.x.created')).toEqual([false, true]);
    expect([user?.admin, admin?.admin]).toEqual([false, true]);
  });

  it('has the patterns of its policies in the place of the built-in one', () => {
    const policyIds = [newId(), newId()];
    const acls = [['aftertone.users.read'], ['aftertone.users.read', '!aftertone.users.#']];
    expect(session({ policyIds, acls })?.acl).toEqual(['aftertone.users.read', '!aftertone.users.#']);
    expect(session({ policyIds, acls: [] })?.acl).toEqual([]);
    expect(session({ policyIds: [builtInPolicyIds.user, newId()], acls: [['x']] })?.policyAcl).toEqual(
      expect.arrayContaining([...rolePolicies.user, 'x']),
    );
    expect(session({ policyIds, acls: [[administerAccess]] })?.admin).toBe(true);
  });

  it('of an administrator never depends on policies', () => {
    expect(session({ role: 'admin', policyIds: [newId()], acls: [['!#']] })?.acl).toEqual(rolePolicies.admin);
  });

  it('of other software has its own patterns and no others', () => {
    const service = session({ kind: 'service', role: null, acls: [['aftertone.events.read']] });
    expect(service?.acl).toEqual(['aftertone.events.read']);
    expect(session({ kind: 'service', role: null, acls: [[]] })?.acl).toEqual([]);
  });

  it('names the group mailboxes of its user, in denials too', () => {
    const acls = [['events.voicemails.groups.me.#', '!events.voicemails.groups.me.mwi.#', 'events.users.me.#']];
    const policyIds = [newId()];
    const other = newId();
    expect(session({ policyIds, acls, groupMailboxIds: [box, other] })?.acl).toEqual([
      `events.voicemails.groups.${box}.#`,
      `events.voicemails.groups.${other}.#`,
      `!events.voicemails.groups.${box}.mwi.#`,
      `!events.voicemails.groups.${other}.mwi.#`,
      'events.users.me.#',
    ]);
    expect(session({ policyIds, acls })?.acl).toEqual(['events.users.me.#']);
    expect(session({ policyIds, acls })?.policyAcl).toEqual(acls[0]);
  });
});

describe('another tenant', () => {
  it('is for administrators, and only one that is below', () => {
    const below = newId();
    expect(session({ tenantId: below })).toBeNull();
    expect(session({ tenantId: null, role: 'admin' })).toBeNull();
    expect(session({ tenantId: below, role: 'admin' })).toMatchObject({ tenantId: below, homeTenantId: tenantId });
  });
});

describe('grants', () => {
  const grants = (acl: string[], kind: SessionFacts['kind'] = 'user') =>
    session({ kind, role: kind === 'user' ? 'user' : null, policyIds: [newId()], acls: [acl] })?.grants;
  const every = ['listen', 'mark', 'move', 'delete', 'restore', 'greetings', 'settings', 'deposit'];

  it('of a user are the rights that patterns give by naming a mailbox', () => {
    expect(session({})?.grants).toBeUndefined();
    expect(grants([`aftertone.mailboxes.${box}.#`])).toEqual({ [box]: every });
    expect(grants([`aftertone.mailboxes.${box}.messages.read`, 'aftertone.mailboxes.*.messages.#'])).toEqual({
      [box]: ['listen'],
    });
    expect(grants([`aftertone.mailboxes.${box}.messages.#`, '!aftertone.mailboxes.*.messages.delete'])).toEqual({
      [box]: ['listen', 'mark', 'move', 'restore', 'deposit'],
    });
  });

  it('of a user do not come from a denial that names a mailbox', () => {
    const acl = ['aftertone.mailboxes.*.messages.#', `!aftertone.mailboxes.${box}.messages.delete`];
    expect(grants(acl)).toEqual({ [box]: [] });
  });

  it('of other software have a rule for every mailbox, and exceptions', () => {
    expect(grants(['aftertone.#'], 'service')).toEqual({ '*': every });
    expect(grants(['aftertone.mailboxes.*.messages.create'], 'service')).toEqual({ '*': ['deposit'] });
    expect(grants(['aftertone.#', `!aftertone.mailboxes.${box}.#`], 'service')).toEqual({ '*': every, [box]: [] });
    expect(grants([`aftertone.mailboxes.${box}.update`], 'service')).toEqual({ '*': [], [box]: ['settings'] });
    expect(grants(['events.#'], 'service')).toEqual({ '*': [] });
  });

  it('of other software count accesses to single messages, where the mailbox is not denied', () => {
    const messages = ['listen', 'mark', 'move', 'delete', 'restore'];
    expect(grants(['aftertone.messages.#', `!aftertone.mailboxes.${box}.#`], 'service')).toEqual({
      '*': messages,
      [box]: [],
    });
    expect(grants(['aftertone.messages.*.read', `aftertone.mailboxes.${box}.messages.create`], 'service')).toEqual({
      '*': ['listen'],
      [box]: ['listen', 'deposit'],
    });
  });

  it.each([
    '!aftertone.mailboxes.0*.#',
    '!aftertone.mailboxes.0#',
    `!aftertone.mailboxes.${box.slice(0, 8)}*.messages.read`,
    '!aftertone.*.0*.#',
    '!*#.0*.messages.read',
    '!#0#',
  ])('of other software have no rule when %s picks mailboxes that no exception can name', (denial) => {
    expect(grants(['aftertone.#', denial], 'service')?.['*']).toEqual(
      /read$/.test(denial) ? every.filter((of) => of !== 'listen') : [],
    );
  });

  it('name a hundred mailboxes at most, and never lose a denial by that', () => {
    const ids = Array.from({ length: 101 }, () => newId());
    const denied = grants(['aftertone.#', ...ids.map((id) => `!aftertone.mailboxes.${id}.#`)], 'service');
    expect(Object.keys(denied ?? {})).toHaveLength(101);
    expect(denied?.['*']).toEqual([]);
    const allowed = grants(ids.map((id) => `aftertone.mailboxes.${id}.#`));
    expect(Object.keys(allowed ?? {})).toHaveLength(100);
  });
});
