import {
  type AccessType,
  type Actor,
  administerAccess,
  type MemberRole,
  type Right,
  right,
  roleRights,
} from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';

/** Who may do what in a mailbox, as far as it is about one actor. */
export interface Access {
  mailboxId: string;
  type: AccessType;
  ownerUserIds: readonly string[];
  /** What every user of the tenant may do in a global mailbox. */
  defaultRole: MemberRole;
  /** The actor's own rights as a member of a shared mailbox; null: no member. */
  memberRights: readonly Right[] | null;
}

export const everyRight: ReadonlySet<Right> = new Set(right.options);

/** What one may do without seeing a message. The others answer with messages, or take them to where they are seen. */
const withoutListening: ReadonlySet<Right> = new Set(['greetings', 'settings', 'deposit']);

const rightsOfUser = (userId: string, { type, ownerUserIds, defaultRole, memberRights }: Access): readonly Right[] => {
  if (ownerUserIds.includes(userId)) return right.options;
  if (type === 'personal') return [];
  return [...(type === 'global' ? roleRights[defaultRole] : []), ...(memberRights ?? [])];
};

/** Before the token's limits. */
const given = (actor: Actor, access: Access): readonly Right[] => {
  if (actor.admin) return right.options;
  const granted = actor.grants?.[access.mailboxId];
  switch (actor.kind) {
    case 'user':
      return [...rightsOfUser(actor.id, access), ...(granted ?? [])];
    case 'service':
      return granted ?? actor.grants?.['*'] ?? [];
    case 'system':
      return [];
  }
};

const within = ({ limits }: Actor, mailboxId: string, rights: readonly Right[]): ReadonlySet<Right> => {
  const limit = limits?.[mailboxId];
  const left = new Set(limit === undefined ? rights : rights.filter((one) => limit.includes(one)));
  return left.has('listen') ? left : new Set([...left].filter((one) => withoutListening.has(one)));
};

/**
 * The one place that says who may do what; an empty set: for this actor the mailbox does not exist. The actor is already
 * known to be of the mailbox's tenant. Administrators have every right. Rights that the token names for the mailbox
 * (`grants`) come on top of a user's own, and are all that a service has. What the token denies there (`limits`) nobody
 * has, whatever gives it.
 */
export const rightsOn = (actor: Actor, access: Access): ReadonlySet<Right> =>
  within(actor, access.mailboxId, given(actor, access));

/** What an administrator may do in a mailbox, also in one that is closed; nothing for others. */
export const rightsOfAdministrator = (actor: Actor, mailboxId: string): ReadonlySet<Right> =>
  within(actor, mailboxId, actor.admin ? right.options : []);

/** The mailbox is visible to the actor, who may not do this to it. */
export const administratorRequired = () =>
  rejected(
    'administrator-required',
    `Only an administrator of the tenant may do this: it takes "${administerAccess}".`,
  );

/** The mailbox is visible to the actor, who lacks this right in it. */
export const rightRequired = (lacking: Right) =>
  rejected('right-required', `This takes the right "${lacking}" in the mailbox.`, { right: lacking });
