import { inheritsAll, internalStorage } from '@aftertone/contracts';
import type { Aggregate, ClaimChange, Effects, EventCodec, FeedChange } from '@aftertone/event-store';
import { closing, counterLimits, heldMailbox } from '../messages/contribution.ts';
import { blankStamps } from '../publishing/publication.ts';
import { mailboxRows } from './directory/mailbox.projection.ts';
import { globalsChanges } from './globals.ts';
import { type MailboxCommand, mailboxDecider } from './mailbox.decider.ts';
import { accessOf, type Mailbox, type MailboxEvent, type MailboxFacts } from './mailbox.ts';
import { memberRows } from './members/member.projection.ts';
import { wholeNotify } from './notify-settings.ts';
import { mailboxRole, publishMailbox } from './publish.ts';

const plain = { schemaVersion: 1 };

/** Shape 1: before members had rights and heard states of their own. */
const withSharing = (data: { mailbox: object }) => ({
  ...data,
  mailbox: { defaultRole: 'agent', heardState: 'shared', ...data.mailbox },
});

/** Shape 2: before more was said of who is told than addresses and attachments, and where messages are kept. */
const withNotify = (data: { mailbox: { notify: object }; was?: { notify?: object } }) => ({
  ...data,
  mailbox: { storage: internalStorage, ...data.mailbox, notify: wholeNotify(data.mailbox.notify) },
  ...(data.was?.notify && { was: { ...data.was, notify: wholeNotify(data.was.notify) } }),
});

/** Shape 3: before messages could be told to be empty. */
const withEmptyMessages = (data: { mailbox: object }) => ({
  ...data,
  mailbox: { emptyMessages: 'keep', ...data.mailbox },
});

/** Shape 4: before there were rules for how long messages are kept, and holds. */
const withRetention = (data: { mailbox: object }) => ({
  ...data,
  mailbox: { retention: inheritsAll, legalHold: null, ...data.mailbox },
});

const withMailbox: EventCodec = {
  schemaVersion: 5,
  upcasters: [withSharing, withNotify, withEmptyMessages, withRetention],
};

/**
 * Where messages are kept elsewhere there is room for none: what was decided before that was so, a deposit above all, is
 * refused by the append, and decided again.
 */
const limitsOf = ({ quota, storage, legalHold }: MailboxFacts) =>
  counterLimits(
    storage.type === 'external' ? { ...quota, maxMessages: 0 } : quota,
    legalHold === null ? {} : heldMailbox,
  );

const unlimited = { maxMessages: null, maxTotalSeconds: null };

const feedOf = (event: MailboxEvent): Pick<FeedChange, 'create' | 'requireOpen' | 'set' | 'delta'> => {
  switch (event.type) {
    case 'MailboxCreated':
    case 'MailboxChanged': {
      const { mailbox } = event.data;
      const set = { access: accessOf(mailbox), limits: limitsOf(mailbox) };
      return event.type === 'MailboxCreated' ? { create: true, set: { ...set, open: true } } : { set };
    }
    case 'MemberSet':
    case 'MemberRemoved':
    case 'PinSet':
    case 'PinRemoved':
    case 'PinLocked':
    case 'DepositRefused':
      return {};
    case 'MailboxClosed': {
      if (!event.data.counted) return { set: { open: false } };
      const { delta, limits } = closing;
      return { delta, set: { open: false, limits: counterLimits(unlimited, limits) } };
    }
    case 'MailboxPurged':
      return { requireOpen: false };
  }
};

/** A number belongs to one mailbox of its context at a time. */
export const numberClaim = 'mailbox-number';

const numberOf = ({ context, number }: MailboxFacts): string => `${context}/${number}`;

const claims = (before: Mailbox, after: Mailbox): ClaimChange[] => {
  const had = before.status === 'open' ? numberOf(before.mailbox) : null;
  const has = after.status === 'open' ? numberOf(after.mailbox) : null;
  if (had === has) return [];
  return [
    ...(had === null ? [] : [{ scope: numberClaim, key: had, action: 'release' as const }]),
    ...(has === null ? [] : [{ scope: numberClaim, key: has, action: 'take' as const }]),
  ];
};

export const mailboxAggregate: Aggregate<Mailbox, MailboxCommand, MailboxEvent> = {
  type: 'mailbox',
  decider: mailboxDecider,
  codecs: {
    MailboxCreated: withMailbox,
    MailboxChanged: withMailbox,
    MemberSet: plain,
    MemberRemoved: plain,
    PinSet: withMailbox,
    PinRemoved: withMailbox,
    PinLocked: plain,
    DepositRefused: plain,
    MailboxClosed: plain,
    MailboxPurged: plain,
  },
  feeds: (before, after, event, context) => {
    const take = publishMailbox(event, { ...context, stamps: blankStamps([mailboxRole]) }).length;
    const sole = 'sole' in event.data;
    return [{ role: mailboxRole, feedId: context.id, take, ...feedOf(event) }, ...globalsChanges(before, after, sole)];
  },
  effects: (before, after, _events, context): Effects => ({
    rows: [...mailboxRows(before, after, context), ...memberRows(before, after, context)],
    claims: claims(before, after),
  }),
};
