import type { Actor, MailboxChanges, Right } from '@aftertone/contracts';
import { notFound } from '@aftertone/kernel';
import { administratorRequired, rightRequired, rightsOn } from '../access/rights.ts';
import type { MailboxFacts } from './mailbox.ts';
import { type Members, memberIn } from './members/members.ts';

/** What the actor needs: a right in the mailbox, any of them, or to be an administrator of the tenant. */
export type Needed = Right | 'any' | 'administer';

export const mailboxNotFound = () => notFound('mailbox-not-found', 'There is no such mailbox.');

/**
 * Who gives a command. What this one may do is found in the state that the command is decided on: rights read before
 * would outlive the change that takes them, when that change is appended first and the command is decided again.
 */
export interface Changer {
  mailboxId: string;
  actor: Actor;
}

/** @throws DomainError `mailbox-not-found`, `administrator-required`, `right-required` */
export const requirePermission = (rights: ReadonlySet<Right>, actor: Actor, needed: Needed): void => {
  if (rights.size === 0) throw mailboxNotFound();
  if (needed === 'administer') {
    if (!actor.admin) throw administratorRequired();
    // Who administers has every right; only the limits of a token can have taken this one.
    if (!rights.has('settings')) throw rightRequired('settings');
  } else if (needed !== 'any' && !rights.has(needed)) throw rightRequired(needed);
};

/** The changer's rights in the mailbox as it is. @throws DomainError as `requirePermission` */
export const permittedIn = (
  { mailbox, members }: { mailbox: MailboxFacts; members: Members },
  { mailboxId, actor }: Changer,
  needed: Needed,
): ReadonlySet<Right> => {
  const { accessType: type, ownerUserIds, defaultRole } = mailbox;
  const memberRights = actor.kind === 'user' ? (memberIn(members, actor.id)?.rights ?? null) : null;
  const rights = rightsOn(actor, { mailboxId, type, ownerUserIds, defaultRole, memberRights });
  requirePermission(rights, actor, needed);
  return rights;
};

/** What whoever has `settings` may change; the other fields are the administrators'. */
const ownFields: ReadonlySet<string> = new Set([
  'name',
  'timezone',
  'language',
  'notify',
  'heardState',
  'emptyMessages',
]);

export const neededFor = (changes: MailboxChanges): Needed => {
  const fields = Object.entries(changes).filter(([, value]) => value !== undefined);
  return fields.every(([field]) => ownFields.has(field)) ? 'settings' : 'administer';
};
