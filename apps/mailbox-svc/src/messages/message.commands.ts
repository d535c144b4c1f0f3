import type { EmptyMessages, LegalHold, MessageChanges, Right, VoiceContent } from '@aftertone/contracts';
import type { Command } from '@aftertone/kernel';
import type { Retirement } from '../retention/retire.ts';
import type { NotifiedFolder } from './after-notify/after-notify.ts';
import type { Viewer } from './marks/marks.ts';
import type { Caller, MessageFacts } from './message.ts';
import type { Worker } from './work/work.ts';

/** A recording as media-svc stored it, and what the mailbox allows of it. */
export interface Recording {
  voice: VoiceContent;
  storedAt: string;
  /** Null is no limit. */
  maxMessageSeconds: number | null;
}

/** The mailbox in which the actor may act: the message must still be there when the command is decided. */
interface InMailbox {
  mailboxId: string;
}

export type MessageCommand =
  | Command<
      'DepositMessage',
      InMailbox & {
        caller: Caller;
        urgent: boolean;
        confidential: boolean;
        receivedAt: string | null;
        recording: Recording | null;
        /** What the mailbox does with messages in which nothing is said. */
        emptyMessages: EmptyMessages;
        /** Where messages of the mailbox are kept instead; null: in it. */
        forwardTo: string | null;
      }
    >
  | Command<
      'CopyMessage',
      InMailbox & { copiedFrom: string; source: MessageFacts; caller?: Caller; maxMessageSeconds: number | null }
    >
  /** Here and below: `rights` are the actor's in the mailbox. */
  | Command<
      'AttachAudio',
      InMailbox & { recording: Recording; rights: ReadonlySet<Right>; emptyMessages: EmptyMessages }
    >
  /** `viewer`: whose own heard state `heard` is; null is everybody's. */
  | Command<'ChangeMessage', InMailbox & { changes: MessageChanges; viewer: Viewer; rights: ReadonlySet<Right> }>
  | Command<'MoveMessage', InMailbox & { toMailboxId: string; maxMessageSeconds: number | null }>
  | Command<'ClaimMessage', InMailbox & { worker: Worker; dueAt?: string | null | undefined }>
  | Command<'AssignMessage', InMailbox & { worker: Worker; userId: string; dueAt?: string | null | undefined }>
  | Command<'ReleaseMessage', InMailbox & { worker: Worker }>
  /**
   * Wherever the message is, and if it is deleted: from a user who may not have it any more. Changes nothing when the user
   * does not have it.
   */
  | Command<'ReleaseFromUser', { userId: string }>
  | Command<'FinishMessage', InMailbox & { worker: Worker }>
  | Command<'DeleteMessage', InMailbox>
  | Command<'RestoreMessage', InMailbox>
  | Command<'PurgeMessage', InMailbox>
  | Command<'HoldMessage', InMailbox & { hold: Pick<LegalHold, 'reason' | 'by'> }>
  | Command<'EndHold', InMailbox>
  /** A rule says so. Changes nothing of what is not as the rule wants it. */
  | Command<'RetireMessage', Retirement>
  /** Everybody has been told of it by e-mail. Changes nothing of what somebody has touched. */
  | Command<'FileNotified', InMailbox & { folder: NotifiedFolder }>
  /** Somebody was not told after all. Changes nothing but what `FileNotified` has put into the trash. */
  | Command<'ReturnBounced', InMailbox>
  /** What waited to be forwarded has been taken. Changes nothing of any other message. */
  | Command<'ConfirmForwarded', Record<string, never>>;
