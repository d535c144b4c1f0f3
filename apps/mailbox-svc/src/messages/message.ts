import type { Content, LegalHold, WorkState } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** Who called: sealed in stored events with the message's own key, gone for ever when that key is destroyed. */
export interface Caller {
  callerNumber: string | null;
  callerName: string | null;
  calledNumber: string | null;
  callId: string | null;
}

/** What a team does about a message. */
export interface Work {
  state: WorkState;
  /** Who has it; while it is `done`, who had it. */
  assigneeUserId: string | null;
  dueAt: string | null;
}

/** Nobody has begun. */
export const openWork: Work = { state: 'open', assigneeUserId: null, dueAt: null };

export interface MessageFacts extends Work {
  mailboxId: string;
  /** `inbox`, `saved`, `trash` or a label. */
  folder: string;
  /** Null: unheard. Where each member has an own heard state, what holds for whoever has marked nothing. */
  heardAt: string | null;
  urgent: boolean;
  confidential: boolean;
  receivedAt: string;
  content: Content;
  copiedFrom: string | null;
  /** Absent as null: there is none. */
  legalHold?: LegalHold | null;
}

/**
 * Own heard states, by user id: when the user heard it, null for "unheard" said by the user. They belong to the mailbox
 * that the message is in.
 */
export type Marks = ReadonlyMap<string, string | null>;

/**
 * What after-notify has done with a message in its mailbox, which it does once: `binned`, and there it lies since; `done`:
 * anything else, or somebody has put it elsewhere.
 */
export type AfterNotify = 'none' | 'binned' | 'done';

/** Why the service filed a message: everybody was told by e-mail, or such an e-mail came back. */
export type FiledBecause = 'notified' | 'bounced';

/** The whole message after the event, so that `publish` needs no other history. */
interface Snapshot {
  message: MessageFacts;
  /** Absent once the message's key was destroyed. */
  caller?: Caller;
}

/** When it was, where the message is in another stage of its life from then on; absent from before that was told. */
interface Begun {
  since?: string;
}

/**
 * Set on what loses something for ever, or takes it out of the mailbox: a mailbox counts such events, and under legal hold it
 * takes none. Absent from before there was that.
 */
interface Counted {
  counted?: true;
}

/** Nobody did it: a rule of mailbox or tenant. */
interface ByRule {
  because?: 'retention';
}

/** A snapshot and the previous value of the one fact that changed. */
type Changed<K extends keyof MessageFacts> = Snapshot & { was: Pick<MessageFacts, K> };

/** A snapshot and the previous values of what changed of the work. */
type WorkChanged = Snapshot & { was: Partial<Work> };

export type WorkEvent =
  | DomainEvent<'MessageClaimed', WorkChanged>
  | DomainEvent<'MessageAssigned', WorkChanged>
  | DomainEvent<'MessageReleased', WorkChanged>
  /** Of a message that is deleted: it is nobody's when it is restored. Nobody is told, as nobody sees it. */
  | DomainEvent<'DeletedMessageReleased', WorkChanged>
  | DomainEvent<'MessageFinished', WorkChanged>;

/**
 * One user's own heard state; `heardAt` as in `Marks`, `was` what held for the user before. The snapshot is the message
 * as everybody else sees it.
 */
export type MarkEvent = DomainEvent<
  'MessageHeardByMember',
  Snapshot & { userId: string; heardAt: string | null; was: Pick<MessageFacts, 'heardAt'> }
>;

/** `deleted`: it was when that happened, and is. Nobody is told then, as nobody sees it. */
export type HoldEvent =
  | DomainEvent<'MessageHeld', Changed<'legalHold'> & { deleted?: true }>
  | DomainEvent<'MessageHoldEnded', Changed<'legalHold'> & { deleted?: true }>;

export type ForwardingEvent =
  /** It came for a mailbox whose messages are kept elsewhere: it is in no mailbox, and waits to be sent to `forwardTo`. */
  | DomainEvent<'MessageSpooled', Snapshot & { forwardTo: string }>
  /** It has been taken there: nothing of it is kept here. */
  | DomainEvent<'MessageForwarded', { mailboxId: string }>;

export type MessageEvent =
  | DomainEvent<'MessageDeposited', Snapshot>
  | DomainEvent<'MessageCopiedIn', Snapshot & Begun>
  | DomainEvent<'AudioAttached', Changed<'content'> & Counted>
  | DomainEvent<'MessageHeard', Changed<'heardAt'>>
  | DomainEvent<'MessageUnheard', Changed<'heardAt'> & Begun>
  | DomainEvent<'MessageFiled', Changed<'folder'> & Begun & { because?: FiledBecause }>
  | DomainEvent<'MessageFlagged', Changed<'urgent'>>
  /** The work is open again in the other mailbox: its people are others. */
  | DomainEvent<'MessageMoved', Snapshot & Begun & Counted & { was: Pick<MessageFacts, 'mailboxId'> & Partial<Work> }>
  | WorkEvent
  | MarkEvent
  | HoldEvent
  | ForwardingEvent
  | DomainEvent<'MessageDeleted', Snapshot & Begun & ByRule>
  | DomainEvent<'MessageRestored', Snapshot & Begun>
  /** `was` is the message when it still was in its mailbox, null when it had been deleted before. */
  | DomainEvent<'MessagePurged', { mailboxId: string; was: MessageFacts | null } & Counted & ByRule>;

/** What is known of a message in a mailbox, or deleted there. */
interface There extends Snapshot {
  marks: Marks;
  afterNotify: AfterNotify;
  /** From when what it is now counts for retention; null when that is not told. */
  since: string | null;
}

export type Message =
  | { status: 'absent' }
  | ({ status: 'kept' } & There)
  | ({ status: 'deleted' } & There)
  | { status: 'purged'; mailboxId: string }
  /** In no mailbox. */
  | ({ status: 'forwarding' } & Snapshot)
  | { status: 'forwarded' };

export type Kept = Extract<Message, { status: 'kept' }>;

/** The mailbox that a message is in, or was in at last; null when it never was in any. */
export const mailboxOf = (state: Message): string | null => {
  switch (state.status) {
    case 'absent':
    case 'forwarding':
    case 'forwarded':
      return null;
    case 'kept':
    case 'deleted':
      return state.message.mailboxId;
    case 'purged':
      return state.mailboxId;
  }
};

export const snapshot = (message: MessageFacts, caller: Caller | undefined) => ({ message, ...(caller && { caller }) });

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
    case 'MessageClaimed':
    case 'MessageAssigned':
    case 'MessageReleased':
    case 'MessageFinished':
      return { before: { ...event.data.message, ...event.data.was }, after: event.data.message };
    case 'MessageHeld':
    case 'MessageHoldEnded':
      if (event.data.deleted) return { before: null, after: null };
      return { before: { ...event.data.message, ...event.data.was }, after: event.data.message };
    case 'MessageHeardByMember':
      return { before: event.data.message, after: event.data.message };
    case 'MessageDeleted':
      return { before: event.data.message, after: null };
    case 'DeletedMessageReleased':
    case 'MessageSpooled':
    case 'MessageForwarded':
      return { before: null, after: null };
    case 'MessagePurged':
      return { before: event.data.was, after: null };
  }
};
