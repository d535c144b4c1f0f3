import { conflict, rejected } from '@aftertone/kernel';
import type { Work } from '../message.ts';

type Holder = Pick<Work, 'assigneeUserId' | 'dueAt'>;

const holder = ({ assigneeUserId, dueAt }: Holder) => ({ assigneeUserId, dueAt });

/** Details tell who has it, and until when it is due. */
export const messageClaimed = (work: Holder) =>
  conflict('message-claimed', 'Somebody else has this message.', holder(work));

/** `mayRelease`: who asks could open it again. */
export const messageDone = (work: Holder, { mayRelease }: { mayRelease: boolean }) =>
  conflict(
    'message-done',
    mayRelease
      ? 'The work on this message is done; release it to open it again.'
      : 'The work on this message is done; it is opened again by who did it, or by somebody with the right "settings".',
    holder(work),
  );

export const claimNeedsUser = () =>
  rejected('claim-needs-user', 'Only a person can take a message for themselves; assign it to somebody.');

export const assigneeWithoutAccess = (userId: string) =>
  rejected(
    'assignee-without-access',
    'A message is assigned only to an owner or member of its mailbox, or to any user where the mailbox is global. ' +
      'Somebody else, an administrator too, can be made a member first, or claims it with a token that may listen to it.',
    { userId },
  );
