import { z } from 'zod';
import { id, instant, mailboxId, messageId, userId } from '../common.ts';
import { greeting, greetingKind } from '../greeting.ts';
import { counts, heardState, mailbox, mailboxMember } from '../mailbox.ts';
import { message } from '../message.ts';
import { defineEvent } from './definition.ts';

const settingsEvent = { service: 'mailbox', audiences: true } as const;

/**
 * Set where each member has an own heard state: the event tells that member's view, goes to nobody else and takes no
 * number of the mailbox (no `sequence`).
 */
const memberUserId = userId.optional();

/**
 * `member` on what everybody is told of a mailbox in which each member has an own heard state: the event tells what holds
 * for whoever has marked nothing, so a member asks for the own view and takes no lamp from here. Absent elsewhere.
 */
const sharedView = heardState.optional();

export const mailboxCreated = defineEvent({
  ...settingsEvent,
  type: 'mailbox_created',
  path: 'mailboxes.{mailboxId}.settings.created',
  summary: 'A mailbox was created.',
  data: z.object({ mailboxId, mailbox }),
});

export const mailboxUpdated = defineEvent({
  ...settingsEvent,
  type: 'mailbox_updated',
  path: 'mailboxes.{mailboxId}.settings.updated',
  summary:
    'Settings of a mailbox changed, its legal hold too, or its PIN was set or removed; `changed` names the fields.',
  data: z.object({ mailboxId, mailbox, changed: z.array(z.string()) }),
});

export const mailboxClosed = defineEvent({
  ...settingsEvent,
  type: 'mailbox_closed',
  path: 'mailboxes.{mailboxId}.settings.closed',
  summary: 'A mailbox takes no more messages; those it holds are being purged.',
  data: z.object({ mailboxId }),
});

export const mailboxPurged = defineEvent({
  ...settingsEvent,
  type: 'mailbox_purged',
  path: 'mailboxes.{mailboxId}.settings.purged',
  summary: 'The last message of a closed mailbox is gone.',
  data: z.object({ mailboxId }),
});

export const memberUpdated = defineEvent({
  ...settingsEvent,
  type: 'mailbox_member_updated',
  path: 'mailboxes.{mailboxId}.settings.member_updated',
  summary: 'Somebody became a member of a shared mailbox, or has other rights there now. The member is told too.',
  data: z.object({ mailboxId, member: mailboxMember }),
});

export const memberRemoved = defineEvent({
  ...settingsEvent,
  type: 'mailbox_member_removed',
  path: 'mailboxes.{mailboxId}.settings.member_removed',
  summary:
    'Somebody is no member of a shared mailbox any more. The former member is told too; `owner`: who still owns the mailbox, and sees it as before.',
  data: z.object({ mailboxId, userId, owner: z.boolean().optional() }),
});

export const pinLocked = defineEvent({
  ...settingsEvent,
  type: 'pin_locked',
  path: 'mailboxes.{mailboxId}.settings.pin_locked',
  summary: 'Too many wrong PINs: no PIN is accepted until `until`.',
  data: z.object({ mailboxId, until: instant }),
});

export const greetingUpdated = defineEvent({
  ...settingsEvent,
  type: 'greeting_updated',
  path: 'mailboxes.{mailboxId}.settings.greeting_updated',
  summary:
    'A greeting of a mailbox was recorded, taken back, removed or scheduled, or recordings of it were forgotten ' +
    '(`forgottenRecordingIds`); `greeting` is what it is now.',
  data: z.object({
    mailboxId,
    kind: greetingKind,
    /** `forgotten`: a recording by itself; `purged`: all of them, with the mailbox. */
    reason: z.enum(['recorded', 'restored', 'removed', 'scheduled', 'forgotten', 'purged']),
    greeting,
    /** Gone for good, oldest first. */
    forgottenRecordingIds: z.array(id),
  }),
});

export const messageCreated = defineEvent({
  ...settingsEvent,
  type: 'message_created',
  path: 'mailboxes.{mailboxId}.messages.created',
  summary: 'A message appeared in a mailbox: deposited, copied or moved there, or restored.',
  data: z.object({
    mailboxId,
    messageId,
    reason: z.enum(['deposited', 'copied', 'moved', 'restored']),
    message,
    heardState: sharedView,
  }),
});

export const messageUpdated = defineEvent({
  ...settingsEvent,
  memberViews: true,
  type: 'message_updated',
  path: 'mailboxes.{mailboxId}.messages.updated',
  summary: 'Folder, heard state, flag, audio or legal hold of a message changed; `changed` names the fields.',
  data: z.object({
    mailboxId,
    messageId,
    changed: z.array(z.string()),
    message,
    memberUserId,
    heardState: sharedView,
    /**
     * Nobody did it: every e-mail about the message was accepted (`deleteAfterNotify`, `saveAfterNotify`), or one of them
     * came back after that. Absent: somebody did.
     */
    because: z.enum(['notified', 'bounced']).optional(),
  }),
});

export const messageDeleted = defineEvent({
  ...settingsEvent,
  type: 'message_deleted',
  path: 'mailboxes.{mailboxId}.messages.deleted',
  summary: 'A message left a mailbox. `message` is its last state; absent once it was purged.',
  data: z.object({
    mailboxId,
    messageId,
    reason: z.enum(['deleted', 'moved', 'purged']),
    message: message.optional(),
    /** Nobody did it: a rule of the mailbox or tenant (`retention`). Absent: somebody did. */
    because: z.enum(['retention']).optional(),
  }),
});

export const messageForwarding = defineEvent({
  service: 'mailbox',
  audiences: false,
  type: 'message_forwarding',
  path: 'mailboxes.{mailboxId}.messages.forwarding',
  summary:
    'A message came for a mailbox whose messages are kept elsewhere (`storage`): it waits, unlisted, until it has been ' +
    'sent to `to`. Not numbered in the mailbox.',
  data: z.object({ mailboxId, messageId, message, to: z.string() }),
});

export const messageForwarded = defineEvent({
  service: 'mailbox',
  audiences: false,
  type: 'message_forwarded',
  path: 'mailboxes.{mailboxId}.messages.forwarded',
  summary: 'A message that was kept elsewhere has been accepted there; nothing of it is kept here.',
  data: z.object({ mailboxId, messageId }),
});

export const messageRefused = defineEvent({
  ...settingsEvent,
  type: 'message_refused',
  path: 'mailboxes.{mailboxId}.messages.refused',
  summary: 'A deposit was refused because the mailbox is full.',
  data: z.object({ mailboxId, reason: z.literal('mailbox-full'), limit: z.enum(['maxMessages', 'maxTotalSeconds']) }),
});

export const mwiUpdated = defineEvent({
  ...settingsEvent,
  memberViews: true,
  type: 'mwi_updated',
  path: 'mailboxes.{mailboxId}.mwi.updated',
  summary: 'The counts of a mailbox changed (RFC 3842: new = `new`, old = `heard` + `saved`).',
  data: z.object({ mailboxId, counts, memberUserId, heardState: sharedView }),
});
