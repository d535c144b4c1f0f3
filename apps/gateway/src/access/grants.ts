import { type AclIdentity, type Actor, compileAcl, covers, type Right, right } from '@aftertone/contracts';
import { accessTo, isDenial, mailboxAccess, named } from './mailbox-access.ts';
import type { Session } from './session.ts';

/** Mailboxes that are told to the services by name; denied ones come first. */
const mostNamed = 100;

/** Rights that an access to a single message, in whatever mailbox, stands for too. */
const messageRights: ReadonlySet<Right> = new Set(['listen', 'mark', 'move', 'delete', 'restore']);

const anyId = '*';
const accessToMessages = (of: Right): string => `aftertone.${mailboxAccess[of].replace('.', `.${anyId}.`)}`;

/** Ids that patterns name, denied ones first. */
const namedIn = (acl: readonly string[], most: number): string[] => {
  const denialsFirst = [...acl.filter(isDenial), ...acl.filter((pattern) => !isDenial(pattern))];
  return [...new Set(denialsFirst.flatMap((pattern) => named(pattern) ?? []))].slice(0, most);
};

export type Grants = NonNullable<Actor['grants']>;

const grantsOn = (ids: readonly string[], allowed: (id: string, of: Right) => boolean): Grants =>
  Object.fromEntries(ids.map((id) => [id, right.options.filter((of) => allowed(id, of))]));

/** For users, only a pattern that names a mailbox gives a right on it: wildcards speak of what they may see anyway. */
const userGrants = (acl: readonly string[], who: AclIdentity, most: number): Grants =>
  grantsOn(namedIn(acl, most), (id, of) => {
    const naming = acl.filter((pattern) => isDenial(pattern) || named(pattern) === id);
    return compileAcl(naming, who)(accessTo(id, of));
  });

/** For other software the ACL is all that counts: `*` is what it allows in every mailbox that is not named. */
const serviceGrants = (acl: readonly string[], who: AclIdentity, most: number): Grants => {
  const ids = namedIn(acl, most);
  const denials = acl.filter(isDenial);
  const ofMessages = new Set([...messageRights].filter((of) => covers(acl, who, [accessToMessages(of)])));
  const allows = compileAcl(acl, who);
  const leavesOut = compileAcl(['#', ...denials], who);
  // A denial that is told by name is no part of the rule; one that picks mailboxes in any other way ends it.
  const unnamed = (pattern: string): boolean => !ids.includes(named(pattern) ?? '');
  const rule = acl.filter(unnamed);
  const ruleUndenied = ['#', ...denials.filter(unnamed)];
  return {
    ...grantsOn(ids, (id, of) => allows(accessTo(id, of)) || (ofMessages.has(of) && leavesOut(accessTo(id, of)))),
    ...grantsOn([anyId], (id, of) => {
      const wanted = [accessTo(id, of)];
      return covers(rule, who, wanted) || (ofMessages.has(of) && covers(ruleUndenied, who, wanted));
    }),
  };
};

/** The same without a bound and without a memory: what whoever is given this ACL may do with it at most. */
export const grantsGiven = (kind: Session['kind'], acl: readonly string[], who: AclIdentity): Grants =>
  (kind === 'service' ? serviceGrants : userGrants)(acl, who, Number.POSITIVE_INFINITY);

/** The latest answers; software asks with the same few tokens again and again. */
const known = new Map<string, Actor['grants']>();
const mostKnown = 500;

/** Rights on mailboxes that an ACL gives by itself, by mailbox id; undefined when it gives none. */
export const grantsOf = (kind: Session['kind'], acl: readonly string[], who: AclIdentity): Actor['grants'] => {
  if (kind === 'user' && !acl.some((pattern) => named(pattern) !== undefined)) return undefined;
  const key = JSON.stringify([kind, who.authId, who.sessionId, acl]);
  const grants = known.get(key) ?? (kind === 'service' ? serviceGrants : userGrants)(acl, who, mostNamed);
  known.delete(key);
  known.set(key, grants);
  if (known.size > mostKnown) {
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }
  return grants;
};
