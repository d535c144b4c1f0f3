import { type AccessType, type Actor, type MemberRole, type Right, right, roleRights } from '@aftertone/contracts';
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

/** What administrators have everywhere. */
export const everyRight: ReadonlySet<Right> = new Set(right.options);

const rightsOfUser = (userId: string, { type, ownerUserIds, defaultRole, memberRights }: Access): readonly Right[] => {
  if (ownerUserIds.includes(userId)) return right.options;
  if (type === 'personal') return [];
  return [...(type === 'global' ? roleRights[defaultRole] : []), ...(memberRights ?? [])];
};

/**
 * The one place that says who may do what; an empty set: for this actor the mailbox does not exist. The actor is already
 * known to be of the mailbox's tenant. Rights that the token names for the mailbox (`grants`) come on top of a user's own,
 * and are all that a service has.
 */
export const rightsOn = (actor: Actor, access: Access): ReadonlySet<Right> => {
  if (actor.admin) return everyRight;
  const granted = actor.grants?.[access.mailboxId];
  switch (actor.kind) {
    case 'user':
      return new Set([...rightsOfUser(actor.id, access), ...(granted ?? [])]);
    case 'service':
      return new Set(granted ?? actor.grants?.['*'] ?? []);
    case 'system':
      return new Set();
  }
};

/** The mailbox is visible to the actor, who may not do this to it. */
export const administratorRequired = () =>
  rejected('administrator-required', 'Only an administrator of the tenant may do this.');

/** The mailbox is visible to the actor, who lacks this right in it. */
export const rightRequired = (lacking: Right) =>
  rejected('right-required', `This takes the right "${lacking}" in the mailbox.`, { right: lacking });
