import { compileAcl } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import type { Session } from '../access/session.ts';
import { someGroup } from '../test-support/some-group.ts';
import { LostGroups } from './lost-groups.ts';

const box = someGroup();
const [userId, other] = [newId(), newId()];
const pattern = `events.voicemails.groups.${box.mailboxId}.#`;
const access = `events.voicemails.groups.${box.mailboxId}.messages.created`;

const sessionWith = (acl: readonly string[], policyAcl: readonly string[] = [], of = userId): Session => ({
  kind: 'user',
  tenantId: box.tenantId,
  homeTenantId: box.tenantId,
  cell: null,
  userId: of,
  tokenId: 'S',
  admin: false,
  acl,
  policyAcl,
  allows: compileAcl(acl, { authId: of }),
  grants: undefined,
  limits: undefined,
  expiresAt: null,
});

const member = sessionWith([pattern, 'events.users.me.#']);

describe('a group mailbox that is lost', () => {
  it('is no more in the session of that user, and of nobody else', () => {
    const lost = new LostGroups();
    expect(lost.narrow(member)).toBe(member);
    expect(lost.note(box.removed(4, userId))).toBe(userId);
    const narrowed = lost.narrow(member);
    expect(narrowed.acl).toEqual(['events.users.me.#']);
    expect([narrowed.allows(access), narrowed.allows(`events.users.${userId}.x`)]).toEqual([false, true]);
    const others = sessionWith([pattern], [], other);
    expect(lost.narrow(others)).toBe(others);
  });

  it('is there for whoever still owns it, or has it by a policy, and stays denied to whom it is denied', () => {
    const lost = new LostGroups();
    expect(lost.note(box.removed(4, userId, { owner: true }))).toBeNull();
    expect(lost.narrow(member)).toBe(member);
    lost.note(box.removed(4, userId));
    const byPolicy = sessionWith([pattern], [pattern]);
    const denied = sessionWith(['events.#', `!${pattern}`], ['events.#', '!events.voicemails.groups.me.#']);
    expect([lost.narrow(byPolicy), lost.narrow(denied)]).toEqual([byPolicy, denied]);
  });

  it('is there again for a member, for an owner, and when what sessions are made from must have caught up', () => {
    for (const again of [box.member(5, userId, ['listen']), box.settings(5, 'group', [userId])]) {
      const lost = new LostGroups();
      lost.note(box.removed(4, userId));
      lost.note(again);
      expect(lost.narrow(member)).toBe(member);
    }
    let now = 1_000_000;
    const lost = new LostGroups(() => now);
    lost.note(box.removed(4, userId));
    now += 59_000;
    expect(lost.narrow(member)).not.toBe(member);
    now += 1_000;
    expect(lost.narrow(member)).toBe(member);
  });

  it('is lost to everybody when it is a group no more', () => {
    const lost = new LostGroups();
    expect(lost.note(box.settings(5, 'personal', [userId]))).toBe('*');
    expect(lost.narrow(member).acl).not.toContain(pattern);
    lost.note(box.settings(6, 'group', []));
    expect(lost.narrow(member)).toBe(member);
  });

  it('takes nothing from anybody when its news cannot be read', () => {
    expect(new LostGroups().note({ ...box.removed(4, userId), data: {} })).toBeNull();
  });
});
