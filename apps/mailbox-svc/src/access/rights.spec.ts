import type { Actor, MailboxAccess } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { rightsOn } from './rights.ts';

const ann = '0190a000-0000-7000-8000-00000000000a';
const bob = '0190a000-0000-7000-8000-00000000000b';
const user = (id: string): Actor => ({ kind: 'user', id, admin: false });
const boxOf = (...ownerUserIds: string[]): MailboxAccess => ({ type: 'personal', ownerUserIds });

const nothing = { read: false, messages: false, pin: false, administer: false };

describe('rights', () => {
  it.each(['personal', 'global', 'group'] as const)('gives an administrator everything on a %s box', (type) => {
    expect(rightsOn({ kind: 'user', id: ann, admin: true }, { type, ownerUserIds: [] })).toEqual({
      read: true,
      messages: true,
      pin: true,
      administer: true,
    });
  });

  it('gives every owner of a personal box everything but its administration', () => {
    for (const owner of [ann, bob]) {
      expect(rightsOn(user(owner), boxOf(ann, bob))).toEqual({
        read: true,
        messages: true,
        pin: true,
        administer: false,
      });
    }
  });

  it('hides a personal box from everybody else', () => {
    expect(rightsOn(user(bob), boxOf(ann))).toEqual(nothing);
    expect(rightsOn(user(bob), boxOf())).toEqual(nothing);
  });

  it('shares the messages of a global box, not its settings or PIN', () => {
    expect(rightsOn(user(bob), { type: 'global', ownerUserIds: [bob] })).toEqual({
      read: true,
      messages: true,
      pin: false,
      administer: false,
    });
  });

  it('hides a group box from users, owners or not', () => {
    expect(rightsOn(user(ann), { type: 'group', ownerUserIds: [ann] })).toEqual(nothing);
  });

  it('counts only people as users of a tenant', () => {
    for (const kind of ['service', 'system'] as const) {
      expect(rightsOn({ kind, id: ann, admin: false }, boxOf(ann))).toEqual(nothing);
      expect(rightsOn({ kind, id: ann, admin: false }, { type: 'global', ownerUserIds: [] })).toEqual(nothing);
    }
  });
});
