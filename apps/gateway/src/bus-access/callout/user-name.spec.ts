import { expect, it } from 'vitest';
import type { BusLogin } from '../logins.ts';
import { admittedName, isUserOf, tokenIdOf } from './user-name.ts';

const login: BusLogin = {
  tenantId: 't',
  tokenId: '0197a5c0-0000-7000-8000-00000000000a',
  expiresAt: 1_000,
  permissions: { subscribe: { allow: ['a', 'b'], deny: [] }, publish: [] },
};
const granting = (allow: string[]): BusLogin => ({
  ...login,
  permissions: { ...login.permissions, subscribe: { allow, deny: [] } },
});

it('names the token and tells permissions apart, whatever their order', () => {
  expect(tokenIdOf(admittedName(login))).toBe(login.tokenId);
  expect(admittedName(granting(['b', 'a']))).toBe(admittedName(login));
  const others = [granting(['a']), granting([]), { ...login, expiresAt: null }, { ...login, tokenId: 'other' }];
  for (const other of others) expect(admittedName(other)).not.toBe(admittedName(login));
});

it('lets a token be used by its own user only, also under the name that the server has for it since', () => {
  expect(isUserOf(`tok-${login.tokenId}`, login.tokenId)).toBe(true);
  expect(isUserOf(admittedName(login), login.tokenId)).toBe(true);
  for (const name of ['', 'tok-', 'tok-other', `tok-${login.tokenId}x`, `tok-${login.tokenId}.`, login.tokenId])
    expect(isUserOf(name, login.tokenId)).toBe(false);
});
