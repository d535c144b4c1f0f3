import { aclSubjects, type SubjectPermissions } from '@aftertone/contracts';
import type { Authenticator } from '../access/authenticator.ts';
import type { Session } from '../access/session.ts';
import { isTokenText } from '../identity/tokens/token-text.ts';
import type { SubscriptionsTable } from '../subscriptions/subscriptions.table.ts';
import { type BusLogin, type BusLogins, inboxPrefixOf } from './logins.ts';

type OwnSubscription = { id: string; consumers: readonly string[] };

/** The latest answers: logins are asked for again and again. */
const known = new Map<string, SubjectPermissions>();
const mostKnown = 2_000;

const subjectsOf = ({ acl, userId, tokenId, homeTenantId }: Session): SubjectPermissions => {
  const key = JSON.stringify([homeTenantId, userId, acl.some((one) => one.includes('my_session')) && tokenId, acl]);
  const subjects = known.get(key) ?? aclSubjects(acl, { authId: userId, sessionId: tokenId }, homeTenantId);
  known.delete(key);
  known.set(key, subjects);
  if (known.size > mostKnown) {
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }
  return subjects;
};

const loginOf = (session: Session, own: readonly OwnSubscription[]): BusLogin => {
  const { homeTenantId, tokenId, expiresAt } = session;
  const mayFollow = session.allows('aftertone.events.read');
  const { allow, deny } = mayFollow ? subjectsOf(session) : { allow: [], deny: [] };
  const followed = mayFollow ? own : [];
  return {
    tenantId: homeTenantId,
    tokenId,
    expiresAt,
    permissions: {
      subscribe: {
        allow: [...allow, ...followed.map(({ id }) => `sub.${id}.>`), `${inboxPrefixOf(tokenId)}.>`],
        deny,
      },
      publish: followed.flatMap(({ consumers }) => consumers.map((consumer) => `$JS.ACK.${consumer}.>`)),
    },
  };
};

/**
 * Tokens on the bus: each reads the events of its own tenant that its ACL allows, and its owner's subscriptions, and
 * writes nothing but acknowledgements of these.
 */
export const busLogins = (
  authenticator: Pick<Authenticator, 'session' | 'byTokenIds'>,
  subscriptions: Pick<SubscriptionsTable, 'ofOwners'>,
): BusLogins => {
  const loginsOf = async (sessions: readonly Session[]): Promise<BusLogin[]> => {
    const owners = [...new Set(sessions.map(({ userId }) => userId))];
    const own = owners.length === 0 ? new Map<string, never[]>() : await subscriptions.ofOwners(owners);
    return sessions.map((session) => loginOf(session, own.get(session.userId) ?? []));
  };
  return {
    byToken: async (text) => {
      // Log-ins are looked up again by token id, which tokens of other issuers do not have.
      const session = isTokenText(text) ? await authenticator.session(text) : null;
      const [login = null] = session === null ? [] : await loginsOf([session]);
      return login;
    },
    byIds: async (tokenIds) => {
      const logins = await loginsOf(await authenticator.byTokenIds(tokenIds));
      return new Map(logins.map((login) => [login.tokenId, login]));
    },
  };
};
