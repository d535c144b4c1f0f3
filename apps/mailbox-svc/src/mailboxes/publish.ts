import { contractEvents, type Mailbox as PublicMailbox } from '@aftertone/contracts';
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

const factOf = (event: MailboxEvent, place: EventPlace): Fact => {
  const mailboxId = place.id;
  switch (event.type) {
    case 'MailboxCreated':
      return fact(contractEvents.mailboxCreated, { mailboxId, mailbox: toPublicMailbox(event.data.mailbox, place) });
    case 'MailboxChanged':
      return updated(event.data.mailbox, place, Object.keys(event.data.was));
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

/** The contract events of one event of a mailbox. */
export const publishMailbox = (event: MailboxEvent, place: EventPlace): Publication[] => {
  const feed = { role: mailboxRole, mailboxId: place.id, stamps: place.stamps };
  if (event.type !== 'MailboxChanged') return publishInFeed(feed, () => [factOf(event, place)]);
  const previousAccess = accessOf({ ...event.data.mailbox, ...event.data.was });
  return publishInFeed({ ...feed, previousAccess }, () => [factOf(event, place)]);
};
