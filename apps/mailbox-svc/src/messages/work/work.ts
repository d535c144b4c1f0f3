import type { Right } from '@aftertone/contracts';
import {
  type Kept,
  type Message,
  type MessageFacts,
  openWork,
  snapshot,
  type Work,
  type WorkEvent,
} from '../message.ts';
import { claimNeedsUser, messageClaimed, messageDone } from './refusals.ts';

/** Who acts on a team's work. */
export interface Worker {
  /** Null: no person, such as a service or the platform itself. */
  userId: string | null;
  /** In the message's mailbox, when the command was given. */
  rights: ReadonlySet<Right>;
}

/** The facts of work, in the order in which changes name them. */
export const workFields = ['state', 'assigneeUserId', 'dueAt'] as const satisfies readonly (keyof Work)[];

/** What `next` changes of the work, as it was before; empty when nothing does. */
const previous = (current: Work, next: Partial<Work>): Partial<Work> =>
  Object.fromEntries(
    workFields
      .filter((field) => next[field] !== undefined && next[field] !== current[field])
      .map((f) => [f, current[f]]),
  );

/** The message with its work as it is where nobody knows it yet, and what that changed. */
export const reopened = (message: MessageFacts): { message: MessageFacts; was: Partial<Work> } => ({
  message: { ...message, ...openWork },
  was: previous(message, openWork),
});

const open = { state: 'open', assigneeUserId: null } as const;

const become = (
  type: WorkEvent['type'],
  { message, caller }: Pick<Kept, 'message' | 'caller'>,
  next: Partial<Work>,
): WorkEvent[] => {
  const was = previous(message, next);
  if (Object.keys(was).length === 0) return [];
  return [{ type, data: { ...snapshot({ ...message, ...next }, caller), was } }];
};

/** Whose work it is may do what they like with it; so may anybody while it is nobody's, and whoever manages the mailbox. */
const holds = ({ assigneeUserId }: Work, { userId, rights }: Worker): boolean =>
  assigneeUserId === null || assigneeUserId === userId || rights.has('settings');

const requireHold = (work: Work, worker: Worker): void => {
  if (!holds(work, worker)) throw messageClaimed(work);
};

const requireUndone = (work: Work, worker: Worker): void => {
  if (work.state === 'done') throw messageDone(work, { mayRelease: holds(work, worker) });
};

/** Absent: as it is. */
type DueAt = string | null | undefined;

const withDue = (work: Partial<Work>, dueAt: DueAt): Partial<Work> => ({
  ...work,
  ...(dueAt !== undefined && { dueAt }),
});

/** Takes the message for oneself. @throws DomainError `claim-needs-user`, `message-claimed`, `message-done` */
export const claim = (kept: Kept, worker: Worker, dueAt: DueAt): WorkEvent[] => {
  const { message } = kept;
  const { userId } = worker;
  if (userId === null) throw claimNeedsUser();
  requireUndone(message, worker);
  if (message.assigneeUserId !== null && message.assigneeUserId !== userId) throw messageClaimed(message);
  return become('MessageClaimed', kept, withDue({ state: 'claimed', assigneeUserId: userId }, dueAt));
};

/** Gives the message to somebody. @throws DomainError `message-claimed`, `message-done` */
export const assign = (
  kept: Kept,
  worker: Worker,
  { userId, dueAt }: { userId: string; dueAt?: DueAt },
): WorkEvent[] => {
  requireUndone(kept.message, worker);
  requireHold(kept.message, worker);
  return become('MessageAssigned', kept, withDue({ state: 'claimed', assigneeUserId: userId }, dueAt));
};

/** Nobody has it any more, and what was done is open again; until when it is due stays. @throws DomainError `message-claimed` */
export const release = (kept: Kept, worker: Worker): WorkEvent[] => {
  requireHold(kept.message, worker);
  return become('MessageReleased', kept, open);
};

/** @throws DomainError `message-claimed` */
export const finish = (kept: Kept, worker: Worker): WorkEvent[] => {
  if (kept.message.state === 'done') return [];
  requireHold(kept.message, worker);
  return become('MessageFinished', kept, { state: 'done' });
};

/**
 * Takes the message from somebody who may not have it any more; what that person has done stays done. A deleted message as
 * well: whoever restores it finds it open.
 */
export const releaseFrom = (state: Message, goneUserId: string): WorkEvent[] => {
  if (state.status !== 'kept' && state.status !== 'deleted') return [];
  const { message, status } = state;
  if (message.state !== 'claimed' || message.assigneeUserId !== goneUserId) return [];
  return become(status === 'kept' ? 'MessageReleased' : 'DeletedMessageReleased', state, open);
};
