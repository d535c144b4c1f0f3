import { rejected } from '@aftertone/kernel';
import {
  type Kept,
  type MarkEvent,
  type Marks,
  type Message,
  type MessageEvent,
  type MessageFacts,
  snapshot,
} from '../message.ts';

/** Of one message: what is told and counted with a change of the message grows with them. */
export const maxMarks = 1_000;

/** Whose own heard state is meant; null is the one that everybody shares. */
export type Viewer = string | null;

const noMarks: Marks = new Map();

export const marksOf = (state: Message): Marks =>
  state.status === 'kept' || state.status === 'deleted' ? state.marks : noMarks;

/** The message as somebody sees it who has, or has not, marked it. */
export const asSeenBy = (viewer: Viewer, message: MessageFacts, marks: Marks): MessageFacts => {
  const mark = viewer === null ? undefined : marks.get(viewer);
  return mark === undefined ? message : { ...message, heardAt: mark };
};

/** @throws DomainError `too-many-marks` */
export const mark = (kept: Kept, userId: string, heard: boolean, now: string): MarkEvent[] => {
  const { message, caller, marks } = kept;
  const { heardAt } = asSeenBy(userId, message, marks);
  if (heard === (heardAt !== null)) return [];
  if (!marks.has(userId) && marks.size >= maxMarks) {
    throw rejected('too-many-marks', `At most ${maxMarks} members have an own heard state of a message.`, { maxMarks });
  }
  const data = { ...snapshot(message, caller), userId, heardAt: heard ? now : null, was: { heardAt } };
  return [{ type: 'MessageHeardByMember', data }];
};

/** The marks after an event: they stay in the mailbox in which they were made. */
export const marksAfter = (marks: Marks, event: MessageEvent): Marks => {
  if (event.type === 'MessageHeardByMember') return new Map(marks).set(event.data.userId, event.data.heardAt);
  return event.type === 'MessageMoved' || event.type === 'MessagePurged' ? noMarks : marks;
};
