import { type MailboxMember, type MemberGrant, type Right, right, roleRights } from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';
import { everyRight, rightRequired } from '../../access/rights.ts';
import type { MailboxEvent, MailboxFacts } from '../mailbox.ts';
import { type Changer, permittedIn } from '../permission.ts';

/**
 * What became of members, the latest first. A chain, because every command folds the whole stream: copying a collection
 * for each of a thousand members would cost a thousand times their number. They stay known while the mailbox is personal,
 * without effect.
 */
export type Members = MemberChange | null;

export interface MemberChange {
  userId: string;
  /** Null: is none any more. */
  member: MailboxMember | null;
  earlier: Members;
}

export const noMembers: Members = null;

export const withMember = (earlier: Members, member: MailboxMember): Members => ({
  userId: member.userId,
  member,
  earlier,
});

export const withoutMember = (earlier: Members, userId: string): Members => ({ userId, member: null, earlier });

/** The last change of each user that came after `since`, by user id; all changes unless told. */
export const changesOf = (members: Members, since: Members = null): ReadonlyMap<string, MailboxMember | null> => {
  const last = new Map<string, MailboxMember | null>();
  for (let change = members; change !== null && change !== since; change = change.earlier) {
    if (!last.has(change.userId)) last.set(change.userId, change.member);
  }
  return last;
};

export const memberIn = (members: Members, userId: string): MailboxMember | null => {
  let change = members;
  while (change !== null && change.userId !== userId) change = change.earlier;
  return change?.member ?? null;
};

const numberOf = (members: Members): number =>
  [...changesOf(members).values()].filter((member) => member !== null).length;

const mostMembers = 1_000;

/** The refusal of what only shared mailboxes have. */
export const mailboxNotShared = () =>
  rejected('mailbox-not-shared', 'Only global and group mailboxes have members and heard states of each member.');

/** Whoever has any right sees the mailbox and may leave a message. */
const everybodys: readonly Right[] = ['listen', 'deposit'];

const granted = (grant: MemberGrant): Pick<MailboxMember, 'role' | 'rights'> => {
  if ('role' in grant) return { role: grant.role, rights: [...roleRights[grant.role]] };
  const wanted = new Set([...grant.rights, ...everybodys]);
  return { role: null, rights: right.options.filter((known) => wanted.has(known)) };
};

const requireShared = ({ accessType }: MailboxFacts): void => {
  if (accessType === 'personal') throw mailboxNotShared();
};

/** Nobody gives or takes a right that they lack. */
const requireGiveable = (before: readonly Right[], after: readonly Right[], own: ReadonlySet<Right>): void => {
  const lacking = right.options.find((one) => before.includes(one) !== after.includes(one) && !own.has(one));
  if (lacking !== undefined) throw rightRequired(lacking);
};

const sameRights = (left: readonly Right[], right: readonly Right[]): boolean => left.join() === right.join();

interface Box {
  mailbox: MailboxFacts;
  members: Members;
}

/** @throws DomainError `mailbox-not-found`, `mailbox-not-shared`, `right-required`, `too-many-members` */
export const setMember = (
  box: Box,
  { userId, grant, by }: { userId: string; grant: MemberGrant; by: Changer },
  now: string,
): MailboxEvent[] => {
  const { mailbox, members } = box;
  const own = permittedIn(box, by, 'settings');
  requireShared(mailbox);
  const before = memberIn(members, userId);
  const { role, rights } = granted(grant);
  requireGiveable(before?.rights ?? [], rights, own);
  if (before !== null && before.role === role && sameRights(before.rights, rights)) return [];
  if (before === null && numberOf(members) >= mostMembers) {
    throw rejected('too-many-members', `A mailbox has ${mostMembers} members at most.`, { limit: mostMembers });
  }
  return [{ type: 'MemberSet', data: { member: { userId, role, rights, since: before?.since ?? now } } }];
};

/** Members may also leave by themselves. @throws DomainError `mailbox-not-found`, `mailbox-not-shared`, `right-required` */
export const removeMember = (box: Box, { userId, by }: { userId: string; by: Changer }): MailboxEvent[] => {
  const { mailbox, members } = box;
  const leaves = by.actor.kind === 'user' && by.actor.id === userId;
  const own = permittedIn(box, by, leaves ? 'any' : 'settings');
  requireShared(mailbox);
  const member = memberIn(members, userId);
  if (member === null) return [];
  requireGiveable(member.rights, [], leaves ? everyRight : own);
  return [{ type: 'MemberRemoved', data: { userId } }];
};
