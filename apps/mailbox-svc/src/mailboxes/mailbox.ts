import type {
  AccessType,
  EmptyMessages,
  HeardState,
  LegalHold,
  MailboxMember,
  MailboxRetention,
  MemberRole,
  MessageStorage,
  NewMailbox,
  NotifySettings,
  Quota,
} from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';
import type { StampedAccess } from '../publishing/stamped-access.ts';
import type { Members } from './members/members.ts';

/** What an administrator decides about a mailbox. */
export interface MailboxSettings {
  number: string;
  context: string;
  name: string;
  accessType: AccessType;
  ownerUserIds: string[];
  /** What every user of the tenant may do in a global mailbox. */
  defaultRole: MemberRole;
  heardState: HeardState;
  timezone: string;
  language: string;
  quota: Quota;
  notify: NotifySettings;
  storage: MessageStorage;
  emptyMessages: EmptyMessages;
  retention: MailboxRetention;
  /** Set by commands of its own. */
  legalHold: LegalHold | null;
  extra: NewMailbox['extra'];
}

/** Everything a contract event tells of a mailbox; events carry it whole, so that `publish` needs no other history. */
export interface MailboxFacts extends MailboxSettings {
  shortId: number;
  hasPin: boolean;
  createdAt: string;
  updatedAt: string;
  /** Raised by what changes these facts and by nothing else: a refused deposit must not spoil somebody's If-Match. */
  version: number;
}

export type QuotaLimit = 'maxMessages' | 'maxTotalSeconds';

export interface Refusal {
  reason: 'mailbox-full';
  limit: QuotaLimit;
  /** The mailbox's feed number when the deposit came. */
  revision: number;
  at: string;
}

/** Set on what made a mailbox a global one where a context may have one at most. */
interface Sole {
  sole?: true;
}

export type MailboxEvent =
  | DomainEvent<'MailboxCreated', { mailbox: MailboxFacts } & Sole>
  /**
   * `was` holds the previous value of every field that changed. `countsTold`: the counts are told with it, because there
   * are people who did not see the mailbox before, or who saw other counts. Events of before this was done lack it, and
   * stay one contract event.
   */
  | DomainEvent<'MailboxChanged', { mailbox: MailboxFacts; was: Partial<MailboxSettings>; countsTold?: true } & Sole>
  | DomainEvent<'MemberSet', { member: MailboxMember }>
  | DomainEvent<'MemberRemoved', { userId: string }>
  | DomainEvent<'PinSet', { mailbox: MailboxFacts }>
  | DomainEvent<'PinRemoved', { mailbox: MailboxFacts }>
  | DomainEvent<'PinLocked', { until: string }>
  | DomainEvent<'DepositRefused', Refusal>
  /** `counted`: it was refused while messages were held. Absent from before there were holds. */
  | DomainEvent<'MailboxClosed', { counted?: true }>
  | DomainEvent<'MailboxPurged', Record<string, never>>;

export type Mailbox =
  | { status: 'absent' }
  | { status: 'open'; mailbox: MailboxFacts; members: Members; lastRefusal: Refusal | null }
  | { status: 'closed' }
  | { status: 'purged' };

export const accessOf = ({
  accessType,
  ownerUserIds,
  heardState,
  storage,
}: Pick<MailboxSettings, 'accessType' | 'ownerUserIds' | 'heardState' | 'storage'>): StampedAccess => ({
  type: accessType,
  ownerUserIds,
  ...(heardState === 'member' && { heardState }),
  ...(storage.type === 'external' && { external: true }),
});
