import type {
  AccessType,
  HeardState,
  MailboxAccess,
  MemberRole,
  NewMailbox,
  NotifySettings,
  Quota,
} from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

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

export type MailboxEvent =
  | DomainEvent<'MailboxCreated', { mailbox: MailboxFacts }>
  /** `was` holds the previous value of every field that changed. */
  | DomainEvent<'MailboxChanged', { mailbox: MailboxFacts; was: Partial<MailboxSettings> }>
  | DomainEvent<'PinSet', { mailbox: MailboxFacts }>
  | DomainEvent<'PinRemoved', { mailbox: MailboxFacts }>
  | DomainEvent<'PinLocked', { until: string }>
  | DomainEvent<'DepositRefused', Refusal>
  | DomainEvent<'MailboxClosed', Record<string, never>>
  | DomainEvent<'MailboxPurged', Record<string, never>>;

export type Mailbox =
  | { status: 'absent' }
  | { status: 'open'; mailbox: MailboxFacts; lastRefusal: Refusal | null }
  | { status: 'closed' }
  | { status: 'purged' };

export const accessOf = (settings: Pick<MailboxSettings, 'accessType' | 'ownerUserIds'>): MailboxAccess => ({
  type: settings.accessType,
  ownerUserIds: settings.ownerUserIds,
});
