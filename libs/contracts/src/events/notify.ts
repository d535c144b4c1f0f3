import { z } from 'zod';
import { id, instant, mailboxId, messageId } from '../common.ts';
import { bounce, channel, deliveryPurpose } from '../delivery.ts';
import { counts } from '../mailbox.ts';
import { missedEvents } from '../webhook.ts';
import { defineEvent } from './definition.ts';

const notifyEvent = { service: 'notify', audiences: false } as const;

const notificationFacts = {
  deliveryId: id,
  eventId: z.string(),
  /** What it is about no mailbox of is on the path of its recipient, a webhook. */
  mailboxId: mailboxId.nullable(),
  messageId: messageId.nullable(),
  channel,
  purpose: deliveryPurpose.default('message'),
  recipient: z.string(),
  attempts: z.number().int(),
};

export const notificationDelivered = defineEvent({
  ...notifyEvent,
  type: 'notification_delivered',
  path: 'notifications.{mailboxId}.delivered',
  summary: 'A notification was accepted by its channel (for e-mail: by the SMTP server).',
  data: z.object(notificationFacts),
});

export const notificationFailed = defineEvent({
  ...notifyEvent,
  type: 'notification_failed',
  path: 'notifications.{mailboxId}.failed',
  summary: 'A notification was given up, or came back (`bounce`); it can be replayed.',
  data: z.object({ ...notificationFacts, detail: z.string(), bounce: bounce.nullable().default(null) }),
});

export const notificationCompleted = defineEvent({
  ...notifyEvent,
  type: 'notification_completed',
  path: 'notifications.{mailboxId}.completed',
  summary: 'Every e-mail about a message has been accepted, and there was at least one.',
  data: z.object({
    mailboxId,
    messageId,
    /** The contract event that told of the message. */
    eventId: z.string(),
    /** How many e-mails. */
    delivered: z.number().int(),
    /** `external`: the message itself was sent, and is to be kept no longer. */
    channel: z.enum(['email', 'external']),
  }),
});

export const messageEscalated = defineEvent({
  ...notifyEvent,
  type: 'message_escalated',
  path: 'notifications.{mailboxId}.escalated',
  summary: 'Nobody has heard, claimed or acknowledged a message in time: the next step of its escalation began.',
  data: z.object({
    mailboxId,
    messageId,
    /** From 1. */
    step: z.number().int(),
    of: z.number().int(),
    at: instant,
  }),
});

export const mwiNotified = defineEvent({
  ...notifyEvent,
  type: 'mwi_notified',
  path: 'notifications.{mailboxId}.mwi',
  summary: 'The turn of the lamps has come after a new message: e-mail and webhooks have been tried before.',
  data: z.object({ mailboxId, messageId, counts }),
});

export const webhookPaused = defineEvent({
  ...notifyEvent,
  type: 'webhook_paused',
  path: 'notifications.{webhookId}.webhook_paused',
  summary: 'A webhook has failed for so long that nothing is sent to it any more until somebody resumes it.',
  data: z.object({ webhookId: id, failures: z.number().int(), since: instant, detail: z.string() }),
});

export const webhookResumed = defineEvent({
  ...notifyEvent,
  type: 'webhook_resumed',
  path: 'notifications.{webhookId}.webhook_resumed',
  summary:
    'A webhook that was paused is sent to again: what waited, but not what was `missed` as too much waited already.',
  data: z.object({ webhookId: id, missed: missedEvents.nullable().default(null) }),
});
