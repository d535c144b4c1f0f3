import { z } from 'zod';
import { id, instant, mailboxId, messageId } from './common.ts';
import { isStorable } from './text.ts';

/**
 * How somebody is told. `email`: about a message, with its audio or without; `text`: a short e-mail; `external`: the
 * message itself, which is kept nowhere else (`storage`); `mwi`: the lamps, by a contract event.
 */
export const channel = z.enum(['email', 'text', 'external', 'webhook', 'mwi', 'push', 'sms', 'fax']);
export type Channel = z.output<typeof channel>;

/**
 * Why: `message`: it is new; `event`: a webhook follows such events; `escalation`: nobody took care of it in time;
 * `test`: somebody tried it out; `notice`: about our own work, such as a webhook that was paused.
 */
export const deliveryPurpose = z.enum(['message', 'event', 'escalation', 'test', 'notice']);
export type DeliveryPurpose = z.output<typeof deliveryPurpose>;

/**
 * What became of one notification. `sending` is an attempt under way; `unknown` is an attempt that a crash cut off
 * between sending and recording, after which it is sent again. `cancelled`: the message was purged or, where it had been
 * held back, taken care of before it was sent, or who was to get it is gone or not to be told any more.
 */
export const deliveryState = z.enum(['pending', 'sending', 'delivered', 'failed', 'cancelled']);

export const attempt = z.object({
  n: z.number().int(),
  startedAt: instant,
  endedAt: instant.nullable(),
  outcome: z.enum(['sending', 'delivered', 'failed', 'unknown']),
  /** The server's answer or the error, without caller data. */
  detail: z.string().nullable(),
  /** HTTP or SMTP status of the answer; null without one. */
  status: z.number().int().nullable().default(null),
});

/** What a mail server said later about an e-mail that it had accepted (RFC 3464). */
export const bounce = z.object({
  at: instant,
  /** Enhanced status code (RFC 3463), for example `5.1.1`. */
  status: z.string(),
  detail: z.string(),
});

/** Why a recording that was wanted did not go along. `digest`: it tells of several messages. */
export const leftOut = z.enum(['too-large', 'not-available', 'confidential', 'digest']);
export type LeftOut = z.output<typeof leftOut>;

export const delivery = z.object({
  id,
  /** The contract event that asked for it. With channel and recipient it is the notification's identity. */
  eventId: z.string(),
  /** Null: the event is not about a message. */
  messageId: messageId.nullable(),
  mailboxId: mailboxId.nullable(),
  channel,
  purpose: deliveryPurpose.default('message'),
  /** Address or number; id of a webhook, of a device; for lamps the id of the mailbox. */
  recipient: z.string(),
  /** The user behind the recipient, where it is for one. */
  userId: id.nullable().default(null),
  state: deliveryState,
  attempts: z.array(attempt),
  bounce: bounce.nullable().default(null),
  /** It failed, and what it had to tell was sent to another address instead: by this delivery. */
  replacedBy: id.nullable().default(null),
  /** It was accepted without the recording that was wanted with it; the message is not put away for it. */
  withoutRecording: leftOut.nullable().default(null),
  /** When it is tried (again); null when it is finished. */
  nextAttemptAt: instant.nullable(),
  createdAt: instant,
});
export type Delivery = z.output<typeof delivery>;

const recipient = z.string().min(1).max(254).refine(isStorable, 'must not contain NUL or broken characters');

/** Which deliveries are meant; all of what is given must hold. */
export const deliveryFilter = z.strictObject({
  channel: channel.optional(),
  mailboxId: mailboxId.optional(),
  purpose: deliveryPurpose.optional(),
  /** Exactly as the delivery has it. */
  recipient: recipient.optional(),
});
export type DeliveryFilter = z.output<typeof deliveryFilter>;

/** `recipient`: to whom it is sent instead; the delivery that failed stays as it is and names the new one. */
export const deliveryRetry = z.strictObject({ recipient: recipient.optional() });

/** Failed deliveries that are sent again, or have been. */
export const deliveryReplay = z.object({
  id,
  state: z.enum(['running', 'done']),
  /** How many had failed when it was asked for. */
  count: z.number().int(),
  /** How many are on their way again. */
  replayed: z.number().int(),
  /** How many cannot be sent again, since their message was purged. */
  refused: z.number().int(),
  /** How many were left out, since the webhook that they were for is gone. */
  skipped: z.number().int().default(0),
  requestedAt: instant,
  finishedAt: instant.nullable(),
});
export type DeliveryReplay = z.output<typeof deliveryReplay>;
