import { type AclIdentity, type Actor, compileAcl, covers, type Right, right } from '@aftertone/contracts';
import type { Session } from './session.ts';

/** Mailboxes that are told to the services by name; denied ones come first. */
const mostNamed = 100;

/** What follows `aftertone.mailboxes.<id>.` in the access that stands for a right. */
const mailboxAccess: Readonly<Record<Right, string>> = {
  listen: 'messages.read',
  mark: 'messages.update',
  move: 'messages.move',
  delete: 'messages.delete',
  restore: 'messages.restore',
  settings: 'update',
  greetings: 'greetings.update',
  deposit: 'messages.create',
};

/** Rights that an access to a single message, in whatever mailbox, stands for too. */
const messageRights: ReadonlySet<Right> = new Set(['listen', 'mark', 'move', 'delete', 'restore']);

const anyId = '*';
const accessTo = (mailboxId: string, of: Right): string => `aftertone.mailboxes.${mailboxId}.${mailboxAccess[of]}`;
const accessToMessages = (of: Right): string => `aftertone.${mailboxAccess[of].replace('.', `.${anyId}.`)}`;

const isDenial = (pattern: string): boolean => pattern.startsWith('!');
const naming = /^!?aftertone\.mailboxes\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\./;
const named = (pattern: string): string | undefined => naming.exec(pattern)?.[1];

/** Ids that patterns name, denied ones first. */
const namedIn = (acl: readonly string[]): string[] => {
  const denialsFirst = [...acl.filter(isDenial), ...acl.filter((pattern) => !isDenial(pattern))];
  return [...new Set(denialsFirst.flatMap((pattern) => named(pattern) ?? []))].slice(0, mostNamed);
};

type Grants = NonNullable<Actor['grants']>;

const grantsOn = (ids: readonly string[], allowed: (id: string, of: Right) => boolean): Grants =>
  Object.fromEntries(ids.map((id) => [id, right.options.filter((of) => allowed(id, of))]));

/** For users, only a pattern that names a mailbox gives a right on it: wildcards speak of what they may see anyway. */
const userGrants = (acl: readonly string[], who: AclIdentity): Grants =>
  grantsOn(namedIn(acl), (id, of) => {
    const naming = acl.filter((pattern) => isDenial(pattern) || named(pattern) === id);
    return compileAcl(naming, who)(accessTo(id, of));
  });

/** For other software the ACL is all that counts: `*` is what it allows in every mailbox that is not named. */
const serviceGrants = (acl: readonly string[], who: AclIdentity): Grants => {
  const ids = namedIn(acl);
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

/** The latest answers; software asks with the same few tokens again and again. */
const known = new Map<string, Actor['grants']>();
const mostKnown = 500;

/** Rights on mailboxes that an ACL gives by itself, by mailbox id; undefined when it gives none. */
export const grantsOf = (kind: Session['kind'], acl: readonly string[], who: AclIdentity): Actor['grants'] => {
  if (kind === 'user' && !acl.some((pattern) => named(pattern) !== undefined)) return undefined;
  const key = JSON.stringify([kind, who.authId, who.sessionId, acl]);
  const grants = known.get(key) ?? (kind === 'service' ? serviceGrants(acl, who) : userGrants(acl, who));
  known.delete(key);
  known.set(key, grants);
  if (known.size > mostKnown) {
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }
  return grants;
};
