import type { Caller, QuotaUsed } from '../../deliveries/delivery.ts';

/** What became of the recording: in the mail, or why it is not. */
export type Enclosure = 'attached' | 'too-large' | 'not-available' | 'not-wanted';

export interface MailboxName {
  number: string;
  name: string;
}

/** One message as notices tell of it. */
export interface MessageFacts {
  id: string;
  mailbox: MailboxName;
  caller: Caller;
  /** ISO 8601. */
  receivedAt: string;
  /** Null for a message without audio. */
  durationMs: number | null;
  urgent: boolean;
  confidential: boolean;
  enclosure: Enclosure;
  /** The recording as it is or would be attached. */
  file?: { name: string; contentType: string; bytes: number } | null;
  /** Where the recording can be heard. */
  link?: string | null;
  transcription?: string | null;
  /** Set for a forwarded message: whom the first one was from, and when. */
  original?: { callerName: string | null; callerNumber: string | null; receivedAt: string } | null;
}

/** For whom it is written. */
export interface RecipientFacts {
  /** BCP 47; decides on words and on how dates are written. */
  language: string;
  /** IANA name. */
  timezone: string;
  name?: string | null;
  email?: string | null;
}

interface Common {
  recipient: RecipientFacts;
  tenantName?: string | null;
  /** Of the mailbox, where it is about one. */
  counts?: { new: number; saved: number } | null;
}

/** Everything that a notice may say, by its kind. */
export type NoticeFacts = Common &
  (
    | { kind: 'email' | 'text' | 'sms' | 'fax'; message: MessageFacts }
    | { kind: 'escalation'; message: MessageFacts; escalation: { step: number; of: number } }
    | { kind: 'digest'; messages: readonly MessageFacts[] }
    | { kind: 'mailbox-full'; mailbox: MailboxName; quota: QuotaUsed }
    | {
        kind: 'webhook-paused';
        /** `since`: of the first of the failures, ISO 8601; `detail`: the last one's. */
        webhook: { name: string; url: string; failures: number; since: string; detail: string };
      }
    | {
        kind: 'external-failed';
        mailbox: MailboxName;
        /** When the message came, ISO 8601; where it could not be sent, and why. */
        external: { receivedAt: string; address: string; detail: string };
      }
  );
