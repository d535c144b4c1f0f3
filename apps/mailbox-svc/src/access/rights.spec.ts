import { type Actor, type Right, right, roleRights } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { type Access, rightsOn } from './rights.ts';

const ann = '0190a000-0000-7000-8000-00000000000a';
const bob = '0190a000-0000-7000-8000-00000000000b';
const mailboxId = '0190b000-0000-7000-8000-000000000001';
const other = '0190b000-0000-7000-8000-000000000002';
const user = (id: string, grants?: Actor['grants']): Actor => ({
  kind: 'user',
  id,
  admin: false,
  ...(grants && { grants }),
});
const service = (grants?: Actor['grants']): Actor => ({ ...user('token', grants), kind: 'service' });
const box = (over: Partial<Access>): Access => ({
  mailboxId,
  type: 'personal',
  ownerUserIds: [],
  defaultRole: 'agent',
  memberRights: null,
  ...over,
});

const everything = new Set(right.options);
const nothing = new Set();
const of = (...rights: Right[]) => new Set(rights);

describe('rights', () => {
  it.each(['personal', 'global', 'group'] as const)(
    'are all an administrator has on a %s box, and its owners',
    (type) => {
      expect(rightsOn({ kind: 'user', id: ann, admin: true }, box({ type }))).toEqual(everything);
      for (const owner of [ann, bob]) {
        expect(rightsOn(user(owner), box({ type, ownerUserIds: [ann, bob] }))).toEqual(everything);
      }
    },
  );

  it('are none on a personal box of others, once a member or not', () => {
    expect(rightsOn(user(bob), box({ ownerUserIds: [ann] }))).toEqual(nothing);
    expect(rightsOn(user(bob), box({ memberRights: ['listen', 'mark'] }))).toEqual(nothing);
  });

  it('are the default role on a global box, with what a member has on top', () => {
    expect(rightsOn(user(bob), box({ type: 'global', defaultRole: 'reader' }))).toEqual(of(...roleRights.reader));
    expect(rightsOn(user(bob), box({ type: 'global', defaultRole: 'reader', memberRights: ['mark'] }))).toEqual(
      of(...roleRights.reader, 'mark'),
    );
  });

  it("are a member's own on a group box, and nobody else's", () => {
    expect(rightsOn(user(bob), box({ type: 'group', memberRights: ['listen', 'delete'] }))).toEqual(
      of('listen', 'delete'),
    );
    expect(rightsOn(user(bob), box({ type: 'group', defaultRole: 'manager' }))).toEqual(nothing);
  });

  it('of a token come on top for a user, and are all that a service has', () => {
    const grants = { [mailboxId]: ['listen' as const, 'mark' as const], '*': ['listen' as const] };
    expect(rightsOn(user(ann, grants), box({}))).toEqual(of('listen', 'mark'));
    expect(rightsOn(service(grants), box({ type: 'global' }))).toEqual(of('listen', 'mark'));
    expect(rightsOn(service(grants), box({ mailboxId: other }))).toEqual(of('listen'));
    expect(rightsOn(service({ [mailboxId]: [], '*': ['listen'] }), box({}))).toEqual(nothing);
    expect(rightsOn(service(), box({ type: 'global' }))).toEqual(nothing);
  });

  it('without the one to listen are none that show or touch a message', () => {
    const all = { [mailboxId]: right.options.filter((one) => one !== 'listen') };
    expect(rightsOn(service(all), box({}))).toEqual(of('greetings', 'settings', 'deposit'));
    expect(rightsOn(user(bob, all), box({}))).toEqual(of('greetings', 'settings', 'deposit'));
    const mark = { [mailboxId]: ['mark' as const] };
    expect(rightsOn(user(bob, mark), box({}))).toEqual(nothing);
    expect(rightsOn(user(bob, mark), box({ type: 'global', defaultRole: 'reader' }))).toEqual(
      of('listen', 'mark', 'deposit'),
    );
  });

  it("are no more than the token's limits leave, wherever they come from", () => {
    const limits = { [mailboxId]: ['listen' as const, 'mark' as const] };
    for (const actor of [
      { ...user(bob), admin: true },
      user(ann),
      user(bob, { [mailboxId]: [...right.options] }),
      service({ '*': [...right.options] }),
    ]) {
      expect(rightsOn({ ...actor, limits }, box({ ownerUserIds: [ann] }))).toEqual(of('listen', 'mark'));
      expect(rightsOn({ ...actor, limits: { [mailboxId]: [] } }, box({ ownerUserIds: [ann] }))).toEqual(nothing);
      expect(rightsOn({ ...actor, limits: { [other]: [] } }, box({ ownerUserIds: [ann] }))).toEqual(everything);
    }
    const onReader = box({ type: 'global', defaultRole: 'reader' });
    expect(rightsOn({ ...user(bob), limits }, onReader)).toEqual(of('listen'));
    expect(rightsOn({ ...user(bob), limits: { [mailboxId]: ['mark', 'deposit'] } }, onReader)).toEqual(of('deposit'));
  });

  it('are nothing for what is no user and no service', () => {
    expect(rightsOn({ kind: 'system', id: ann, admin: false }, box({ ownerUserIds: [ann] }))).toEqual(nothing);
  });
});
