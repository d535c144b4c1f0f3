import { randomUUID } from 'node:crypto';
import { type AclIdentity, type Actor, compileAcl, type Right, right } from '@aftertone/contracts';
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

const accessTo = (mailboxId: string, of: Right): string => `aftertone.mailboxes.${mailboxId}.${mailboxAccess[of]}`;

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const naming = new RegExp(`^!?aftertone\\.mailboxes\\.(${uuid})\\.`);
const named = (pattern: string): string | undefined => naming.exec(pattern)?.[1];
const isDenial = (pattern: string): boolean => pattern.startsWith('!');

/** Ids that patterns name, denied ones first. */
const namedIn = (acl: readonly string[]): string[] => {
  const denialsFirst = [...acl.filter(isDenial), ...acl.filter((pattern) => !isDenial(pattern))];
  return [...new Set(denialsFirst.flatMap((pattern) => named(pattern) ?? []))];
};

const rightsBy = (allowed: (of: Right) => boolean): Right[] => right.options.filter(allowed);

/** For users, only a pattern that names a mailbox gives a right on it: wildcards speak of what they may see anyway. */
const userGrants = (acl: readonly string[], ids: readonly string[], who: AclIdentity): Actor['grants'] =>
  Object.fromEntries(
    ids.map((id) => {
      const allows = compileAcl(
        acl.filter((pattern) => isDenial(pattern) || named(pattern) === id),
        who,
      );
      return [id, rightsBy((of) => allows(accessTo(id, of)))];
    }),
  );

/** Whether a denial takes something from some mailboxes and not from others, without naming them. */
const picksMailboxes = (pattern: string): boolean =>
  isDenial(pattern) && /^!aftertone\.mailboxes\./.test(pattern)
    ? named(pattern) === undefined && !/^!aftertone\.mailboxes\.(\*|#|\*\..*|#\..*|[a-z_]+(\..*)?)$/.test(pattern)
    : false;

/** For other software the ACL is all that counts: `*` is every mailbox that it does not name. */
const serviceGrants = (acl: readonly string[], ids: readonly string[], who: AclIdentity): Actor['grants'] => {
  const allows = compileAcl(acl, who);
  const undenied = compileAcl(['#', ...acl.filter(isDenial)], who);
  const someMessage = randomUUID();
  const ofMessages = (of: Right): boolean => {
    const [topic, verb] = mailboxAccess[of].split('.');
    return topic === 'messages' && of !== 'deposit' && allows(`aftertone.messages.${someMessage}.${verb}`);
  };
  const rightsOn = (id: string): Right[] =>
    rightsBy((of) => allows(accessTo(id, of)) || (ofMessages(of) && undenied(accessTo(id, of))));
  const told = ids.slice(0, mostNamed);
  const untold = new Set(ids.slice(mostNamed));
  // What cannot be told as an exception must not become part of the rule.
  const hasRule = !acl.some(
    (pattern) => picksMailboxes(pattern) || (isDenial(pattern) && untold.has(named(pattern) ?? '')),
  );
  return { ...Object.fromEntries(told.map((id) => [id, rightsOn(id)])), '*': hasRule ? rightsOn(randomUUID()) : [] };
};

/** Rights on mailboxes that an ACL gives by itself, by mailbox id. */
export const grantsOf = (kind: Session['kind'], acl: readonly string[], who: AclIdentity): Actor['grants'] => {
  const ids = namedIn(acl);
  if (kind === 'service') return serviceGrants(acl, ids, who);
  return ids.length === 0 ? undefined : userGrants(acl, ids.slice(0, mostNamed), who);
};
