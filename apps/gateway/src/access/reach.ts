import { type AclIdentity, administerAccess, compileAcl, type Right, right } from '@aftertone/contracts';
import { type Grants, grantsGiven } from './grants.ts';
import { limitsOf } from './limits.ts';
import { isDenial, named } from './mailbox-access.ts';
import type { Session } from './session.ts';

/** What somebody may do in mailboxes by an ACL, and by being an administrator through it. */
export interface Reach {
  /** Mailboxes about which it says something of its own. */
  readonly ids: readonly string[];
  /** Rights on a mailbox; `*` is any that is not one of `ids`. */
  on(mailboxId: string): readonly Right[];
}

const anyId = '*';

const reach = (admin: boolean, grants: Grants, limits: Session['limits']): Reach => ({
  ids: [...new Set([...Object.keys(grants), ...Object.keys(limits ?? {})])].filter((id) => id !== anyId),
  on: (id) => {
    const given = admin ? right.options : (grants[id] ?? grants[anyId] ?? []);
    const limit = limits?.[id];
    return limit === undefined ? given : given.filter((of) => limit.includes(of));
  },
});

export const reachOf = ({ admin, grants, limits }: Session): Reach => reach(admin, grants ?? {}, limits);

/** Whoever gets the ACL is not known: `me` is no mailbox. */
const whoever: AclIdentity = { authId: 'me', sessionId: 'my_session' };

const elsewhere = /^(events|aftertone\.(?!mailboxes\.|messages\.)[a-z-]+)\./;

/** An allowing pattern that may concern this mailbox or messages in it. */
const concerns = (pattern: string, mailboxId: string): boolean =>
  !isDenial(pattern) && !elsewhere.test(pattern) && (named(pattern) ?? mailboxId) === mailboxId;

/**
 * What an ACL means for a user or a service token that has it. To users `limited`, ids of mailboxes, are open as far as
 * the ACL denies nothing there: they may be owners or members.
 */
export const reachGiven = (kind: Session['kind'], acl: readonly string[], limited: readonly string[]): Reach => {
  const admin = compileAcl(acl, whoever)(administerAccess);
  const asMember = limited.filter((id) => kind === 'user' && acl.some((pattern) => concerns(pattern, id)));
  const opened = Object.fromEntries(asMember.map((id) => [id, [...right.options]]));
  return reach(admin, { ...grantsGiven(kind, acl, whoever), ...opened }, limitsOf(acl, whoever));
};

/** Patterns of access that `given` would give and `own` lacks. */
export const beyondReach = (own: Reach, given: Reach): [mailboxId: string, right: Right][] =>
  [anyId, ...new Set([...own.ids, ...given.ids])].flatMap((id) => {
    const had = own.on(id);
    return given.on(id).flatMap((of): [string, Right][] => (had.includes(of) ? [] : [[id, of]]));
  });
