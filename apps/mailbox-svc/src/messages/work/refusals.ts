import { conflict, rejected } from '@aftertone/kernel';
import type { Work } from '../message.ts';

type Holder = Pick<Work, 'assigneeUserId' | 'dueAt'>;

const holder = ({ assigneeUserId, dueAt }: Holder) => ({ assigneeUserId, dueAt });

/** Details tell who has it, and until when it is due. */
export const messageClaimed = (work: Holder) =>
  conflict('message-claimed', 'Somebody else has this message.', holder(work));

export const messageDone = (work: Holder) =>
  conflict('message-done', 'The work on this message is done; release it to open it again.', holder(work));

export const claimNeedsUser = () =>
  rejected('claim-needs-user', 'Only a person can take a message for themselves; assign it to somebody.');

export const assigneeWithoutAccess = (userId: string) =>
  rejected('assignee-without-access', 'A message is assigned only to somebody who may listen to it.', { userId });
