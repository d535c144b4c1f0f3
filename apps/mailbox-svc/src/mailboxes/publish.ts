import { contractEvents, mailboxAccess, type Mailbox as PublicMailbox } from '@aftertone/contracts';
import { countsOf } from '../messages/contribution.ts';
import { type EventPlace, type Fact, fact, type Publication, publishInFeed } from '../publishing/publication.ts';
import { accessOf, type MailboxEvent, type MailboxFacts } from './mailbox.ts';

export const toPublicMailbox = (mailbox: MailboxFacts, place: { tenantId: string; id: string }): PublicMailbox => ({
  id: place.id,
  tenantId: place.tenantId,
  status: 'open',
  ...mailbox,
});

const updated = (mailbox: MailboxFacts, place: EventPlace, changed: string[]): Fact =>
  fact(contractEvents.mailboxUpdated, { mailboxId: place.id, mailbox: toPublicMailbox(mailbox, place), changed });

/** `access`: who may see the mailbox after the event, as the stamp has it. */
const factOf = (event: MailboxEvent, place: EventPlace, access: unknown): Fact => {
  const mailboxId = place.id;
  switch (event.type) {
    case 'MailboxCreated':
      return fact(contractEvents.mailboxCreated, { mailboxId, mailbox: toPublicMailbox(event.data.mailbox, place) });
    case 'MailboxChanged': {
      const before = accessOf({ ...event.data.mailbox, ...event.data.was });
      return { ...updated(event.data.mailbox, place, Object.keys(event.data.was)), alsoTo: { access: before } };
    }
    case 'MemberSet': {
      const { member } = event.data;
      return { ...fact(contractEvents.memberUpdated, { mailboxId, member }), alsoTo: { userId: member.userId } };
    }
    case 'MemberRemoved': {
      const { userId } = event.data;
      const owner = mailboxAccess.parse(access).ownerUserIds.includes(userId);
      return {
        ...fact(contractEvents.memberRemoved, { mailboxId, userId, ...(owner && { owner }) }),
        alsoTo: { userId },
      };
    }
    case 'PinSet':
    case 'PinRemoved':
      return updated(event.data.mailbox, place, ['pin']);
    case 'PinLocked':
      return fact(contractEvents.pinLocked, { mailboxId, until: event.data.until });
    case 'DepositRefused':
      return fact(contractEvents.messageRefused, { mailboxId, reason: event.data.reason, limit: event.data.limit });
    case 'MailboxClosed':
      return fact(contractEvents.mailboxClosed, { mailboxId });
    case 'MailboxPurged':
      return fact(contractEvents.mailboxPurged, { mailboxId });
  }
};

export const mailboxRole = 'mailbox';

/**
 * The contract events of one event of a mailbox. When other people see it than before, or heard states have become shared
 * or each member's own, its counts are told, for the lamps; who does not see it any more is told that with the change, and
 * gets no counts.
 */
export const publishMailbox = (event: MailboxEvent, place: EventPlace): Publication[] =>
  publishInFeed({ role: mailboxRole, mailboxId: place.id, stamps: place.stamps }, ({ counters, access }, view) => {
    const told = factOf(event, place, access);
    if (event.type !== 'MailboxChanged' || event.data.countsTold !== true) return [told];
    const counts = (sequence: number) => ({ mailboxId: place.id, counts: countsOf(counters, sequence), ...view });
    return [told, fact(contractEvents.mwiUpdated, counts)];
  });
