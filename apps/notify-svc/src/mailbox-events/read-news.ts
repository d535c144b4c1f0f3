import { type CloudEvent, contractEvents, fieldErrors, id, instant } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import { z } from 'zod';
import type { KnownMailbox } from '../mailboxes/known-mailboxes.ts';

// The little that is needed here: whatever else a newer mailbox-svc says, its events stay readable.
const mailboxNews = z.object({
  mailboxId: id,
  mailbox: z.object({
    number: z.string(),
    name: z.string(),
    timezone: z.string(),
    language: z.string(),
    notify: z.object({ email: z.object({ to: z.array(z.string()), attachAudio: z.boolean() }) }),
  }),
});
const mailboxGone = z.object({ mailboxId: id });
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
const messageGone = z.object({ mailboxId: id, messageId: id, reason: z.string() });

export type NewMessage = z.output<typeof messageNews>;

/** What an event of mailbox-svc means to notifications. */
export type News =
  | { kind: 'mailbox'; mailboxId: string; mailbox: KnownMailbox }
  | { kind: 'mailbox-closed'; mailboxId: string }
  | { kind: 'message'; message: NewMessage }
  | { kind: 'message-purged'; messageId: string };

const { mailboxCreated, mailboxUpdated, mailboxClosed, messageCreated, messageDeleted } = contractEvents;

/** People are told of a message that came from outside the mailbox, not of one that they moved or restored. */
const worthTelling = new Set(['deposited', 'copied']);

const read = <T extends z.ZodType>(schema: T, event: CloudEvent): z.output<T> => {
  const { data, error } = schema.safeParse(event.data);
  if (error === undefined) return data;
  throw invalid('event-unreadable', `${event.type} is not what it promises`, { errors: fieldErrors(error) }, error);
};

/** Null when it means nothing. @throws DomainError invalid `event-unreadable` */
export const readNews = (event: CloudEvent): News | null => {
  switch (event.type) {
    case mailboxCreated.type:
    case mailboxUpdated.type: {
      const { mailboxId, mailbox } = read(mailboxNews, event);
      const { notify, ...settings } = mailbox;
      const { to, attachAudio } = notify.email;
      return { kind: 'mailbox', mailboxId, mailbox: { ...settings, emailTo: to, attachAudio } };
    }
    case mailboxClosed.type:
      return { kind: 'mailbox-closed', mailboxId: read(mailboxGone, event).mailboxId };
    case messageCreated.type: {
      const message = read(messageNews, event);
      return worthTelling.has(message.reason) ? { kind: 'message', message } : null;
    }
    case messageDeleted.type: {
      const { messageId, reason } = read(messageGone, event);
      return reason === 'purged' ? { kind: 'message-purged', messageId } : null;
    }
    default:
      return null;
  }
};
