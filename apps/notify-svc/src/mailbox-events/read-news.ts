import {
  accessType,
  type CloudEvent,
  contractEvents,
  counts,
  id,
  instant,
  internalStorage,
  messageStorage,
  notifySettings,
  quarantine,
} from '@aftertone/contracts';
import { z } from 'zod';
import type { QuotaUsed } from '../deliveries/delivery.ts';
import type { CountsTold } from '../known/known-counts.ts';
import type { KnownMailbox } from '../known/known-mailboxes.ts';
import type { CareTaken } from '../timing/care.ts';
import { readData } from './read.ts';

// The little that is needed here: whatever else a newer mailbox-svc says, its events stay readable.
const mailboxNews = z.object({
  mailboxId: id,
  mailbox: z.object({
    number: z.string(),
    name: z.string(),
    timezone: z.string(),
    language: z.string(),
    accessType,
    ownerUserIds: z.array(id),
    notify: notifySettings,
    storage: messageStorage.default(internalStorage),
    quota: z
      .object({ maxMessages: z.number().nullable(), maxTotalSeconds: z.number().nullable().default(null) })
      .optional(),
  }),
});
const memberNews = z.object({ mailboxId: id, member: z.object({ userId: id, rights: z.array(z.string()) }) });
const formerMemberNews = z.object({ mailboxId: id, userId: id });
const countsNews = z.object({
  mailboxId: id,
  counts,
  memberUserId: id.optional(),
  heardState: z.string().optional(),
});
const mailboxGone = z.object({ mailboxId: id });
const refusalNews = z.object({ mailboxId: id, limit: z.string().optional() });
const messageNews = z.object({
  mailboxId: id,
  messageId: id,
  reason: z.string(),
  message: z.object({
    urgent: z.boolean(),
    confidential: z.boolean(),
    callerNumber: z.string().nullable(),
    callerName: z.string().nullable(),
    calledNumber: z.string().nullable(),
    receivedAt: instant,
    content: z.object({
      type: z.string(),
      mediaId: id.optional(),
      contentType: z.string().optional(),
      durationMs: z.number().optional(),
      bytes: z.number().optional(),
      sha256: z.string().optional(),
    }),
  }),
});
/** Where a message lies when it has come. */
const arrival = z.object({ message: z.object({ folder: z.string(), heard: z.boolean() }) });
const messageState = z.object({
  mailboxId: id,
  messageId: id,
  memberUserId: id.nullable().default(null),
  because: z.string().optional(),
  message: z.object({
    folder: z.string(),
    heard: z.boolean(),
    state: z.string().default('open'),
    assigneeUserId: id.nullable().default(null),
  }),
});
const messageGone = z.object({ mailboxId: id, messageId: id, reason: z.string() });

const forwardingNews = messageNews.omit({ reason: true }).extend({ to: z.string() });
const forwardedNews = z.object({ mailboxId: id, messageId: id });

export type NewMessage = z.output<typeof messageNews>;

/** What an event of mailbox-svc means to notifications. */
export type News =
  | { kind: 'mailbox'; mailboxId: string; mailbox: KnownMailbox }
  | { kind: 'mailbox-closed'; mailboxId: string }
  | { kind: 'mailbox-full'; mailboxId: string; limit: QuotaUsed['limit'] }
  | { kind: 'member'; mailboxId: string; userId: string; listens: boolean }
  | ({ kind: 'counts'; mailboxId: string } & Omit<CountsTold, 'at'>)
  | { kind: 'message'; message: NewMessage }
  | { kind: 'message-forwarding'; message: NewMessage; to: string }
  | { kind: 'message-care'; care: CareTaken }
  | { kind: 'message-purged'; messageId: string };

/**
 * People are told of a message that came from outside the mailbox; not of one restored, nor of one known elsewhere, nor of
 * one that was put aside since nothing is said in it.
 */
const isWorthTelling = (reason: string, event: CloudEvent): boolean => {
  if (reason === 'copied') return true;
  if (reason !== 'deposited' && reason !== 'moved') return false;
  const { folder, heard } = readData(arrival, event).message;
  return reason === 'deposited' ? folder !== quarantine : folder === 'inbox' && !heard;
};

/** Who takes care of a message by what was told of it last; null: nobody yet. */
const careOf = (told: z.output<typeof messageState>, version: number): CareTaken | null => {
  const { messageId, mailboxId, memberUserId: userId, because, message } = told;
  const stay = { messageId, mailboxId, version };
  if (because !== undefined) return null; // it was done for us, not by somebody who knows of the message
  const { folder, heard, state, assigneeUserId } = message;
  if (folder === 'trash') return { ...stay, reason: 'gone', userId: null, by: null };
  if (heard) return { ...stay, reason: 'heard', userId, by: userId };
  if (state === 'done') return { ...stay, reason: 'done', userId: null, by: assigneeUserId };
  return state === 'claimed' ? { ...stay, reason: 'claimed', userId: null, by: assigneeUserId } : null;
};

/** Null when it means nothing. @throws DomainError invalid `event-unreadable` */
export const readNews = (event: CloudEvent): News | null => {
  switch (event.type) {
    case contractEvents.mailboxCreated.type:
    case contractEvents.mailboxUpdated.type: {
      const { mailboxId, mailbox } = readData(mailboxNews, event);
      const { quota, ...settings } = mailbox;
      const { maxMessages = null, maxTotalSeconds = null } = quota ?? {};
      return { kind: 'mailbox', mailboxId, mailbox: { ...settings, maxMessages, maxTotalSeconds } };
    }
    case contractEvents.mailboxClosed.type:
      return { kind: 'mailbox-closed', mailboxId: readData(mailboxGone, event).mailboxId };
    case contractEvents.messageRefused.type: {
      const { mailboxId, limit } = readData(refusalNews, event);
      return { kind: 'mailbox-full', mailboxId, limit: limit === 'maxTotalSeconds' ? 'seconds' : 'messages' };
    }
    case contractEvents.memberUpdated.type: {
      const { mailboxId, member } = readData(memberNews, event);
      return { kind: 'member', mailboxId, userId: member.userId, listens: member.rights.includes('listen') };
    }
    case contractEvents.memberRemoved.type:
      return { kind: 'member', ...readData(formerMemberNews, event), listens: false };
    case contractEvents.mwiUpdated.type: {
      const { mailboxId, counts: told, memberUserId, heardState } = readData(countsNews, event);
      return { kind: 'counts', mailboxId, counts: told, memberUserId, ownStates: heardState === 'member' };
    }
    case contractEvents.messageCreated.type: {
      const message = readData(messageNews, event);
      return isWorthTelling(message.reason, event) ? { kind: 'message', message } : null;
    }
    case contractEvents.messageUpdated.type: {
      const care = careOf(readData(messageState, event), event.streamversion);
      return care && { kind: 'message-care', care };
    }
    case contractEvents.messageForwarding.type: {
      const { to, ...message } = readData(forwardingNews, event);
      return { kind: 'message-forwarding', message: { ...message, reason: 'forwarding' }, to };
    }
    case contractEvents.messageForwarded.type:
      return { kind: 'message-purged', messageId: readData(forwardedNews, event).messageId };
    case contractEvents.messageDeleted.type: {
      const { messageId, mailboxId, reason: why } = readData(messageGone, event);
      if (why === 'purged') return { kind: 'message-purged', messageId };
      const reason = why === 'moved' ? 'moved' : 'gone';
      const stay = { messageId, mailboxId, version: event.streamversion };
      return { kind: 'message-care', care: { ...stay, reason, userId: null, by: null } };
    }
    default:
      return null;
  }
};
