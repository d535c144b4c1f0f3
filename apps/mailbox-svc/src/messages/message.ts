import type { Content } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** Who called: sealed in stored events with the message's own key, gone for ever when that key is destroyed. */
export interface Caller {
  callerNumber: string | null;
  callerName: string | null;
  calledNumber: string | null;
  callId: string | null;
}

export interface MessageFacts {
  mailboxId: string;
  /** `inbox`, `saved`, `trash` or a label. */
  folder: string;
  /** Null: unheard. */
  heardAt: string | null;
  urgent: boolean;
  confidential: boolean;
  receivedAt: string;
  content: Content;
  copiedFrom: string | null;
}

/** The whole message after the event, so that `publish` needs no other history. */
interface Snapshot {
  message: MessageFacts;
  /** Absent once the message's key was destroyed. */
  caller?: Caller;
}

/** A snapshot and the previous value of the one fact that changed. */
type Changed<K extends keyof MessageFacts> = Snapshot & { was: Pick<MessageFacts, K> };

export type MessageEvent =
  | DomainEvent<'MessageDeposited', Snapshot>
  | DomainEvent<'MessageCopiedIn', Snapshot>
  | DomainEvent<'AudioAttached', Changed<'content'>>
  | DomainEvent<'MessageHeard', Changed<'heardAt'>>
  | DomainEvent<'MessageUnheard', Changed<'heardAt'>>
  | DomainEvent<'MessageFiled', Changed<'folder'>>
  | DomainEvent<'MessageFlagged', Changed<'urgent'>>
  | DomainEvent<'MessageMoved', Changed<'mailboxId'>>
  | DomainEvent<'MessageDeleted', Snapshot>
  | DomainEvent<'MessageRestored', Snapshot>
  /** `was` is the message when it still was in its mailbox, null when it had been deleted before. */
  | DomainEvent<'MessagePurged', { mailboxId: string; was: MessageFacts | null }>;

export type Message =
  | { status: 'absent' }
  | ({ status: 'kept' } & Snapshot)
  | ({ status: 'deleted' } & Snapshot)
  | { status: 'purged'; mailboxId: string };

/** What an event changed in mailboxes: the message before and after it, null where it is in none. */
export const changeOf = (event: MessageEvent): { before: MessageFacts | null; after: MessageFacts | null } => {
  switch (event.type) {
    case 'MessageDeposited':
    case 'MessageCopiedIn':
    case 'MessageRestored':
      return { before: null, after: event.data.message };
    case 'AudioAttached':
    case 'MessageHeard':
    case 'MessageUnheard':
    case 'MessageFiled':
    case 'MessageFlagged':
    case 'MessageMoved':
      return { before: { ...event.data.message, ...event.data.was }, after: event.data.message };
    case 'MessageDeleted':
      return { before: event.data.message, after: null };
    case 'MessagePurged':
      return { before: event.data.was, after: null };
  }
};
