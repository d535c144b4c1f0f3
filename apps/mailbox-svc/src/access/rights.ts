import type { Actor, MailboxAccess } from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';

/** What an actor may do with a mailbox. `read` is false: for this actor it does not exist. */
export interface Rights {
  /** Settings and counts. */
  read: boolean;
  /** Deposit, list, change, move, copy, delete, restore and purge its messages. */
  messages: boolean;
  /** Set, verify and remove the PIN. */
  pin: boolean;
  /** Change and close it. */
  administer: boolean;
}

const none: Rights = { read: false, messages: false, pin: false, administer: false };
const all: Rights = { read: true, messages: true, pin: true, administer: true };

/**
 * The one place that says who may do what. The actor is already known to be of the mailbox's tenant.
 * Members of group mailboxes come with their rights later; until then such a box is its administrators' alone.
 */
export const rightsOn = (actor: Actor, access: MailboxAccess): Rights => {
  if (actor.admin) return all;
  if (actor.kind !== 'user') return none;
  switch (access.type) {
    case 'personal':
      return access.ownerUserIds.includes(actor.id) ? { ...all, administer: false } : none;
    case 'global':
      return { ...none, read: true, messages: true };
    case 'group':
      return none;
  }
};

/** The mailbox is visible to the actor, who may not do this to it. */
export const administratorRequired = () =>
  rejected('administrator-required', 'Only an administrator of the tenant may do this.');
