import type { Quota } from '@aftertone/contracts';
import type { GuardFailure } from '@aftertone/event-store';
import { type DomainError, rejected } from '@aftertone/kernel';
import { refusedByHold } from '../legal-hold/refusals.ts';
import { mailboxNotFound } from '../mailboxes/mailbox.decider.ts';
import { isOfHolds, limitOf } from './contribution.ts';

export const mailboxFull = (limit: Exclude<keyof Quota, 'maxMessageSeconds'>) =>
  rejected('mailbox-full', 'The mailbox has no room for the message.', { limit });

/** How the append's refusals are told: a mailbox that was closed meanwhile is not there any more. */
export const onMailboxGuard = (failure: GuardFailure): DomainError => {
  if (failure.guard !== 'limit') return mailboxNotFound();
  return isOfHolds(failure.counter) ? refusedByHold('mailbox') : mailboxFull(limitOf(failure.counter));
};
