import { type Actor, type MemberGrant, type Right, right, roleRights } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { type MailboxCommand, mailboxDecider } from '../mailbox.decider.ts';
import { ann, annsBox, bob } from '../mailbox.samples.ts';
import type { MailboxEvent, MailboxFacts } from '../mailbox.ts';
import { changesOf } from './members.ts';

const given = deciderSpec(mailboxDecider);
const meta = { now: '2026-03-02T10:00:00.000Z' };
const since = '2026-03-01T12:00:00.000Z';
const everything = right.options;

const created = (over: Partial<MailboxFacts> = {}): MailboxEvent => ({
  type: 'MailboxCreated',
  data: { mailbox: { ...annsBox, accessType: 'group', ...over } },
});
const group = created();
const memberSet = (rights: readonly Right[], over: { role?: 'reader' | 'agent'; at?: string; userId?: string } = {}) =>
  ({
    type: 'MemberSet',
    data: {
      member: { userId: over.userId ?? bob, role: over.role ?? null, rights: [...rights], since: over.at ?? since },
    },
  }) satisfies MailboxEvent;
const removed: MailboxEvent = { type: 'MemberRemoved', data: { userId: bob } };
const mailboxId = '0190b000-0000-7000-8000-000000000001';
const by = (actor: Actor) => ({ mailboxId, actor });
const user = (id: string): Actor => ({ kind: 'user', id, admin: false });
/** Software whose token gives just these rights. */
const having = (own: readonly Right[]): Actor => ({
  ...{ kind: 'service', id: '0190a000-0000-7000-8000-0000000000ff', admin: false },
  grants: { '*': [...own] },
});
const setBy = (actor: Actor, grant: MemberGrant, userId = bob): MailboxCommand => ({
  type: 'SetMember',
  data: { userId, grant, by: by(actor) },
  meta,
});
const removeBy = (actor: Actor): MailboxCommand => ({
  type: 'RemoveMember',
  data: { userId: bob, by: by(actor) },
  meta,
});
const set = (grant: MemberGrant, own: readonly Right[] = everything) => setBy(having(own), grant);
const remove = (own: readonly Right[] = everything) => removeBy(having(own));
const agent = memberSet(roleRights.agent, { role: 'agent' });

describe('setting a member', () => {
  it('gives the rights of a role', () => {
    given(group)
      .when(set({ role: 'agent' }))
      .then(memberSet(roleRights.agent, { role: 'agent', at: meta.now }));
  });

  it('gives single rights, with which come listening and depositing', () => {
    given(group)
      .when(set({ rights: ['delete'] }))
      .then(memberSet(['listen', 'delete', 'deposit'], { at: meta.now }));
  });

  it('changes a member, who stays one since the beginning', () => {
    given(group, agent)
      .when(set({ role: 'reader' }))
      .then(memberSet(roleRights.reader, { role: 'reader' }));
  });

  it('changes nothing the second time', () => {
    given(group, agent)
      .when(set({ role: 'agent' }))
      .then();
    given(group, memberSet(['listen', 'deposit']))
      .when(set({ rights: ['listen'] }))
      .then();
  });

  it('is a change when the same rights come by a role', () => {
    given(group, memberSet(roleRights.agent))
      .when(set({ role: 'agent' }))
      .then(agent);
  });

  it('gives no right that the giver lacks', () => {
    const own: Right[] = ['listen', 'mark', 'settings', 'deposit'];
    given(group)
      .when(set({ rights: ['mark', 'delete'] }, own))
      .thenThrows('right-required', { right: 'delete' });
    given(group)
      .when(set({ role: 'manager' }, own))
      .thenThrows('right-required', { right: 'move' });
    given(group)
      .when(set({ rights: ['mark', 'settings'] }, own))
      .then(memberSet(['listen', 'mark', 'settings', 'deposit'], { at: meta.now }));
  });

  it('takes no right that the taker lacks, and lets stand what both rights agree on', () => {
    const own: Right[] = ['listen', 'settings', 'deposit', 'mark'];
    const before = memberSet(['listen', 'delete', 'deposit']);
    given(group, before)
      .when(set({ role: 'reader' }, own))
      .thenThrows('right-required', { right: 'delete' });
    given(group, before)
      .when(set({ rights: ['mark', 'delete'] }, own))
      .then(memberSet(['listen', 'mark', 'delete', 'deposit']));
  });

  it('is refused on a personal mailbox, and one that is not there', () => {
    given(created({ accessType: 'personal' }))
      .when(set({ role: 'agent' }))
      .thenThrows('mailbox-not-shared');
    given()
      .when(set({ role: 'agent' }))
      .thenThrows('mailbox-not-found');
  });

  it('is refused to one more than a thousand, whose rights can still be changed', () => {
    const others = Array.from({ length: 999 }, (_, n) =>
      memberSet(roleRights.reader, {
        role: 'reader',
        userId: `0190a000-0000-7000-9000-${String(n).padStart(12, '0')}`,
      }),
    );
    const last = memberSet(roleRights.reader, { role: 'reader', userId: ann });
    given(group, ...others)
      .when(set({ role: 'agent' }))
      .then({ ...agent, data: { member: { ...agent.data.member, since: meta.now } } });
    given(group, ...others, last)
      .when(set({ role: 'agent' }))
      .thenThrows('too-many-members', { limit: 1_000 });
    given(group, ...others, agent)
      .when(set({ role: 'reader' }))
      .then(memberSet(roleRights.reader, { role: 'reader' }));
  });
});

describe('removing a member', () => {
  it('happens once', () => {
    given(group, agent).when(remove()).then(removed);
    given(group, agent, removed).when(remove()).then();
  });

  it('takes no right that the taker lacks', () => {
    given(group, agent)
      .when(remove(['listen', 'settings', 'deposit']))
      .thenThrows('right-required', { right: 'mark' });
  });

  it('makes room for another', () => {
    given(group, agent, removed)
      .when(set({ role: 'reader' }))
      .then(memberSet(roleRights.reader, { role: 'reader', at: meta.now }));
  });
});

describe('who changes members', () => {
  const manager = memberSet(roleRights.manager, { userId: ann });
  const annRemoved: MailboxEvent = { type: 'MemberRemoved', data: { userId: ann } };
  const others = created({ ownerUserIds: [] });
  const reader = { role: 'reader' } as const;
  const asReader = memberSet(roleRights.reader, { role: 'reader', at: meta.now });

  it('is found in the state, and is nobody once removed', () => {
    given(others, manager)
      .when(setBy(user(ann), reader))
      .then(asReader);
    given(others, manager, annRemoved)
      .when(setBy(user(ann), reader))
      .thenThrows('mailbox-not-found');
    given(others, manager, agent, annRemoved)
      .when(removeBy(user(ann)))
      .thenThrows('mailbox-not-found');
  });

  it('may be an owner, in a group as in a global mailbox, and an administrator', () => {
    given(group)
      .when(setBy(user(ann), reader))
      .then(asReader);
    given(created({ accessType: 'global' }))
      .when(setBy(user(ann), reader))
      .then(asReader);
    given(others)
      .when(setBy({ ...user(ann), admin: true }, reader))
      .then(asReader);
    const sold: MailboxEvent = {
      type: 'MailboxChanged',
      data: { mailbox: { ...annsBox, accessType: 'group', ownerUserIds: [] }, was: { ownerUserIds: [ann] } },
    };
    given(group, sold)
      .when(setBy(user(ann), reader))
      .thenThrows('mailbox-not-found');
  });

  it('needs `settings` from the default role or as a member', () => {
    const global = (defaultRole: 'agent' | 'manager') =>
      created({ accessType: 'global', defaultRole, ownerUserIds: [] });
    given(global('manager'))
      .when(setBy(user(ann), reader))
      .then(asReader);
    given(global('agent'))
      .when(setBy(user(ann), reader))
      .thenThrows('right-required', { right: 'settings' });
    given(global('agent'), manager)
      .when(setBy(user(ann), reader))
      .then(asReader);
  });

  it('may be the member, who leaves with rights that others could not take', () => {
    given(others, agent)
      .when(removeBy(user(bob)))
      .then(removed);
    given(others)
      .when(removeBy(user(bob)))
      .thenThrows('mailbox-not-found');
  });
});

describe('a mailbox that becomes personal', () => {
  const { mailbox } = (created({ accessType: 'personal' }) as { data: { mailbox: MailboxFacts } }).data;
  const demoted: MailboxEvent = { type: 'MailboxChanged', data: { mailbox, was: { accessType: 'group' } } };

  it('has its members when it is shared again', () => {
    const shared: MailboxEvent = {
      type: 'MailboxChanged',
      data: { mailbox: { ...mailbox, accessType: 'global' }, was: { accessType: 'personal' } },
    };
    given(group, agent, demoted).when(remove()).thenThrows('mailbox-not-shared');
    given(group, agent, demoted, shared)
      .when(set({ role: 'agent' }))
      .then();
  });
});

describe('a user who is gone', () => {
  const removeUser: MailboxCommand = { type: 'RemoveUser', data: { userId: bob }, meta };

  it('is no owner and no member any more', () => {
    const owned = created({ ownerUserIds: [ann, bob] });
    given(owned, agent)
      .when(removeUser)
      .then(
        {
          type: 'MailboxChanged',
          data: {
            mailbox: { ...annsBox, accessType: 'group', ownerUserIds: [ann], version: 2, updatedAt: meta.now },
            was: { ownerUserIds: [ann, bob] },
            countsTold: true,
          },
        },
        removed,
      );
  });

  it('leaves a personal mailbox as well, once', () => {
    given(created({ accessType: 'personal' }), agent)
      .when(removeUser)
      .then(removed);
    given(created({ accessType: 'personal' }), agent, removed)
      .when(removeUser)
      .then();
  });

  it('changes nothing where the mailbox is closed or unknown', () => {
    given(group, agent, { type: 'MailboxClosed', data: {} }).when(removeUser).then();
    given().when(removeUser).then();
  });
});

it('leaves its input as it is', () => {
  const before = mailboxDecider.evolve(mailboxDecider.evolve({ status: 'absent' }, group), agent);
  const members = before.status === 'open' ? before.members : null;
  mailboxDecider.evolve(before, removed);
  expect([...changesOf(members).values()]).toEqual([agent.data.member]);
});
