import type { MessageNotice, PlannedContent } from '../deliveries/delivery.ts';
import type { KnownMailbox } from '../known/known-mailboxes.ts';
import type { KnownUser } from '../known/known-users.ts';

/** A message that could not be sent to where it is kept. */
export interface ExternalFailed {
  deliveryId: string;
  correlationId: string;
  messageId: string | null;
  mailboxId: string;
  mailbox: KnownMailbox;
  notice: Pick<MessageNotice, 'mailbox' | 'receivedAt'>;
  address: string;
  /** Why; without caller data. */
  detail: string;
  owners: readonly KnownUser[];
}

/** To the owners of the mailbox, whatever they have set: nobody else hears of the message. Once for a delivery. */
export const planExternalFailed = (situation: ExternalFailed): PlannedContent[] => {
  const { deliveryId, correlationId, messageId, mailboxId, mailbox, notice, address, detail, owners } = situation;
  return owners.flatMap(({ id: userId, email: recipient, language, timezone }): PlannedContent[] => {
    if (recipient === null) return [];
    return [
      {
        facts: {
          // What asks for it is the delivery: a replay that fails again asks for no second one.
          ...{ eventId: deliveryId, correlationId, messageId, mailboxId, channel: 'email', purpose: 'notice' },
          ...{ recipient, userId },
        },
        notice: {
          kind: 'system',
          template: 'external-failed',
          reader: { language: language ?? mailbox.language, timezone: timezone ?? mailbox.timezone },
          mailbox: notice.mailbox,
          external: { receivedAt: notice.receivedAt, address },
        },
        // Sealed: servers quote what they refuse.
        payload: { detail },
      },
    ];
  });
};
