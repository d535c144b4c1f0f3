import { type AclIdentity, type Actor, compileAcl, type Right, right } from '@aftertone/contracts';
import { accessTo, deniedIds, isDenial } from './mailbox-access.ts';

const every: readonly Right[] = right.options;

/**
 * What the denials of an ACL leave of the rights on each mailbox that they name, whatever else gives rights there: being
 * an owner, a member or an administrator. Undefined when they take nothing. Never cut short: a denial must not get lost.
 */
export const limitsOf = (acl: readonly string[], who: AclIdentity): Actor['limits'] => {
  const ids = deniedIds(acl);
  if (ids.length === 0) return undefined;
  const leaves = compileAcl(['#', ...acl.filter(isDenial)], who);
  const left = ids.flatMap((id): [string, Right[]][] => {
    // Who may not even see the box may do nothing with what is in it.
    const rights = leaves(`aftertone.mailboxes.${id}.read`) ? every.filter((of) => leaves(accessTo(id, of))) : [];
    return rights.length === every.length ? [] : [[id, rights]];
  });
  return left.length === 0 ? undefined : Object.fromEntries(left);
};
