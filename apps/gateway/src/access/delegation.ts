import { lacking } from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';
import type { Session } from './session.ts';

/** Patterns that an error tells at most. */
const mostTold = 20;

/**
 * Nobody gives, takes away or becomes what they lack: throws `beyond-own-access` with the patterns of `acl` that the
 * session's own do not cover.
 */
export const requireOwn = ({ policyAcl, userId, tokenId }: Session, acl: readonly string[]): void => {
  const beyond = lacking(policyAcl, { authId: userId, sessionId: tokenId }, acl);
  if (beyond.length === 0) return;
  const patterns = beyond.slice(0, mostTold);
  throw rejected('beyond-own-access', `The token itself does not allow all of this: ${patterns.join(', ')}`, {
    patterns,
  });
};
