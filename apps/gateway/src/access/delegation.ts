import { lacking } from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';
import { accessTo } from './mailbox-access.ts';
import { beyondReach, reachGiven, reachOf } from './reach.ts';
import type { Session } from './session.ts';

/** Patterns that an error tells at most. */
const mostTold = 20;

/** The same pattern means more to some: rights on mailboxes that it names, or on all when other software has it. */
const beyondMeaning = (session: Session, holder: Session['kind'], acl: readonly string[]): string[] => {
  const own = reachOf(session);
  const given = reachGiven(holder, acl, Object.keys(session.limits ?? {}));
  return beyondReach(own, given).map(([id, of]) => accessTo(id, of));
};

/**
 * Nobody gives, takes away or becomes what they lack: throws `beyond-own-access` with the patterns of `acl` that the
 * session's own do not cover, or the accesses to mailboxes that a `holder` of it would have beyond the session's own.
 */
export const requireOwn = (session: Session, holder: Session['kind'], acl: readonly string[]): void => {
  const { policyAcl, userId, tokenId } = session;
  const lacked = lacking(policyAcl, { authId: userId, sessionId: tokenId }, acl);
  const beyond = lacked.length > 0 ? lacked : beyondMeaning(session, holder, acl);
  if (beyond.length === 0) return;
  const patterns = beyond.slice(0, mostTold);
  throw rejected('beyond-own-access', `The token itself does not allow all of this: ${patterns.join(', ')}`, {
    patterns,
  });
};
