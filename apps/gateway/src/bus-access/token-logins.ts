import { aclSubjects } from '@aftertone/contracts';
import type { Authenticator } from '../access/authenticator.ts';
import type { Session } from '../access/session.ts';
import { type BusLogin, type BusLogins, inboxPrefixOf } from './logins.ts';

const loginOf = ({ acl, userId, tokenId, tenantId, expiresAt }: Session): BusLogin => {
  const { allow, deny } = aclSubjects(acl, { authId: userId, sessionId: tokenId }, tenantId);
  return {
    tenantId,
    tokenId,
    expiresAt,
    permissions: { subscribe: { allow: [...allow, `${inboxPrefixOf(tokenId)}.>`], deny }, publish: [] },
  };
};

/** Tokens on the bus: each in its own tenant, with the events that its ACL allows. */
export const tokenLogins = (authenticator: Authenticator): BusLogins => ({
  byToken: async (text) => {
    const session = await authenticator.session(text);
    return session && loginOf(session);
  },
  byIds: async (tokenIds) => {
    const sessions = await authenticator.byTokenIds(tokenIds);
    return new Map(sessions.map((session) => [session.tokenId, loginOf(session)]));
  },
});
