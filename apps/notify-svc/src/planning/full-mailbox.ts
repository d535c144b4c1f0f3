import type { Counts } from '@aftertone/contracts';
import type { PlannedContent, QuotaUsed } from '../deliveries/delivery.ts';
import type { KnownMailbox } from '../known/known-mailboxes.ts';
import type { KnownUser } from '../known/known-users.ts';

/** A mailbox that has refused a message because it is full. */
export interface FullSituation {
  eventId: string;
  correlationId: string;
  mailboxId: string;
  mailbox: KnownMailbox;
  limit: QuotaUsed['limit'];
  counts: Counts | null;
  owners: readonly KnownUser[];
  /** Users behind the addresses that the mailbox names, by address in lower case. */
  usersByEmail: ReadonlyMap<string, KnownUser>;
}

/** To the addresses of the mailbox and to its owners, whatever they have set: messages are being lost to them. */
export const planFull = (situation: FullSituation): PlannedContent[] => {
  const { eventId, correlationId, mailboxId, mailbox, limit, counts, owners, usersByEmail } = situation;
  const told = new Map<string, { recipient: string; user: KnownUser | undefined }>();
  for (const recipient of mailbox.notify.email.to) {
    const key = recipient.toLowerCase();
    told.set(key, { recipient, user: usersByEmail.get(key) });
  }
  for (const user of owners) {
    if (user.email !== null) told.set(user.email.toLowerCase(), { recipient: user.email, user });
  }
  const messages = counts === null ? 0 : counts.new + counts.saved + counts.heard;
  return [...told.values()].map(({ recipient, user }) => ({
    facts: {
      ...{ eventId, correlationId, messageId: null, mailboxId, channel: 'email', purpose: 'notice', recipient },
      userId: user?.id ?? null,
    },
    notice: {
      kind: 'system',
      template: 'mailbox-full',
      reader: { language: user?.language ?? mailbox.language, timezone: user?.timezone ?? mailbox.timezone },
      mailbox: { number: mailbox.number, name: mailbox.name },
      quota: {
        ...{ limit, messages, seconds: Math.ceil((counts?.totalMs ?? 0) / 1000) },
        ...{ maxMessages: mailbox.maxMessages, maxSeconds: mailbox.maxTotalSeconds },
      },
    },
  }));
};
