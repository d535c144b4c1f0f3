import type { AccessType, Actor, EmptyMessages, HeardState, MessageItem, Quota, Right } from '@aftertone/contracts';
import { isId } from '@aftertone/kernel';
import type { Viewer } from '../marks/marks.ts';
import type { Caller, MessageFacts } from '../message.ts';
import type { MessageRow } from './message.entity.ts';

/** A message, and what its mailbox allows whom it was read for. */
export interface FoundMessage {
  message: MessageRow;
  accessType: AccessType;
  quota: Quota;
  /** What the mailbox does with messages in which nothing is said. */
  emptyMessages: EmptyMessages;
  rights: ReadonlySet<Right>;
  /** Whose own heard state counts. */
  viewer: Viewer;
  /** The viewer's own heard state, undefined where there is none. */
  own: Date | null | undefined;
}

/** Whose own heard state counts in a mailbox: only people have one, and only where it is not shared. */
export const viewerOf = ({ kind, id }: Actor, heardState: HeardState): Viewer =>
  heardState === 'member' && kind === 'user' && isId(id) ? id : null;

const timesOf = ({ receivedAt, dueAt }: MessageRow) => ({
  receivedAt: receivedAt.toISOString(),
  dueAt: dueAt?.toISOString() ?? null,
});

/** As whom it was read for sees it. */
export const itemOf = ({
  message,
  accessType,
  own,
}: Pick<FoundMessage, 'message' | 'accessType' | 'own'>): MessageItem => {
  const { deleted: _, heardAt: shared, state, ...row } = message;
  const heardAt = own === undefined ? shared : own;
  return {
    ...row,
    ...timesOf(message),
    state: state ?? 'open',
    heard: heardAt !== null,
    heardAt: heardAt?.toISOString() ?? null,
    accessType,
  };
};

/** A row as what the rules know. */
export const factsOf = (row: MessageRow): { source: MessageFacts; caller: Caller } => {
  const { mailboxId, folder, heardAt, urgent, confidential, content, state, assigneeUserId, copiedFrom } = row;
  const { callerNumber, callerName, calledNumber, callId } = row;
  const times = { ...timesOf(row), heardAt: heardAt?.toISOString() ?? null };
  const work = { state: state ?? 'open', assigneeUserId } as const;
  return {
    source: { mailboxId, folder, urgent, confidential, content, copiedFrom, ...work, ...times },
    caller: { callerNumber, callerName, calledNumber, callId },
  };
};
