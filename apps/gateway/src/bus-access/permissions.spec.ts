import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import type { Session, SessionFacts } from '../access/session.ts';
import { sessionFrom } from '../access/session-from.ts';
import { newTokenText } from '../identity/tokens/token-text.ts';
import { busLogins } from './permissions.ts';

const [tenantId, userId, tokenId, below, box, subscription] = [newId(), newId(), newId(), newId(), newId(), newId()];
const consumer = `EVT_c1_mailbox.sub-${subscription}-mailbox`;

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
  groupMailboxIds: [box],
  expiresAt: 1,
};

const permissionsOf = async (some: Partial<SessionFacts>, owned = true) => {
  const session: Session | null = sessionFrom({ ...facts, ...some });
  const own = owned ? [{ id: subscription, consumers: [consumer] }] : [];
  const logins = busLogins(
    { session: async () => session, byTokenIds: async () => (session === null ? [] : [session]) },
    { ofOwners: async (ids) => new Map(ids.includes(userId) ? [[userId, own]] : []) },
  );
  expect(await logins.byToken('a.token.of-another-issuer')).toBeNull();
  const login = await logins.byToken(newTokenText());
  expect([...(await logins.byIds([tokenId])).values()]).toEqual(login === null ? [] : [login]);
  return login;
};

it('lets a user listen to the own events and subscriptions, and write nothing but acknowledgements of these', async () => {
  expect(await permissionsOf({})).toEqual({
    tenantId,
    tokenId,
    expiresAt: 1,
    permissions: {
      subscribe: {
        allow: [
          `evt.${tenantId}.voicemails.global.>`,
          `evt.${tenantId}.voicemails.groups.${box}.>`,
          `evt.${tenantId}.users.${userId}.>`,
          `sub.${subscription}.>`,
          `_INBOX_${tokenId}.>`,
        ],
        deny: [],
      },
      publish: [`$JS.ACK.${consumer}.>`],
    },
  });
});

it('lets nobody write who has no subscription', async () => {
  expect((await permissionsOf({ role: 'admin' }, false))?.permissions).toEqual({
    subscribe: { allow: [`evt.${tenantId}.>`, `_INBOX_${tokenId}.>`], deny: [] },
    publish: [],
  });
});

it('lets nobody listen who may not follow events', async () => {
  const acls = [['events.#', 'aftertone.subscriptions.#']];
  expect((await permissionsOf({ kind: 'service', role: null, acls }))?.permissions).toEqual({
    subscribe: { allow: [`_INBOX_${tokenId}.>`], deny: [] },
    publish: [],
  });
});

it('stays in the own tenant, whatever tenant the token acts in', async () => {
  const login = await permissionsOf({ role: 'admin', tenantId: below });
  expect(login).toMatchObject({ tenantId, permissions: { subscribe: { deny: [] } } });
  expect(login?.permissions.subscribe.allow[0]).toBe(`evt.${tenantId}.>`);
});

it('knows no log-in of a token that is not valid', async () => {
  expect(await permissionsOf({ tenantId: null })).toBeNull();
});
