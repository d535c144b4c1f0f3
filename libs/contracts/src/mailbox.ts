import { z } from 'zod';
import { extra, id, instant, language, mailboxId, shortText, tenantId, timezone, userId } from './common.ts';
import { internalStorage, messageStorage, notifyChanges, notifySettings } from './notification-settings.ts';
import { inheritsAll, legalHold, mailboxRetention, mailboxRetentionChanges } from './retention.ts';

export const accessType = z.enum(['personal', 'global', 'group']);
export type AccessType = z.output<typeof accessType>;

/**
 * What somebody may do in a mailbox. `listen`: see and play its messages, and read settings and counts; `mark`: heard,
 * urgent, folders, and the team's work (claim, assign, release, done); `move`: to and into other mailboxes, copies
 * too; `delete`: into the trash, delete and purge; `restore`; `greetings`; `settings`: what an owner may change, its PIN
 * and its members; `deposit`: leave a message. Without `listen` only the last three count: the others show messages.
 */
export const right = z.enum(['listen', 'mark', 'move', 'delete', 'restore', 'greetings', 'settings', 'deposit']);
export type Right = z.output<typeof right>;

export const memberRole = z.enum(['reader', 'agent', 'manager']);
export type MemberRole = z.output<typeof memberRole>;

/** Whoever may do anything in a mailbox may also leave a message there. */
export const roleRights: Readonly<Record<MemberRole, readonly Right[]>> = {
  reader: ['listen', 'deposit'],
  agent: ['listen', 'mark', 'move', 'delete', 'restore', 'deposit'],
  manager: right.options,
};

/** How a member is let into a mailbox: by a role or by single rights (`listen` and `deposit` come with any of them). */
export const memberGrant = z.union(
  [
    z.strictObject({ role: memberRole }),
    z.strictObject({
      rights: z
        .array(right)
        .min(1)
        .overwrite((rights) => right.options.filter((known) => rights.includes(known))),
    }),
  ],
  'must have exactly one of `role` and `rights`',
);
export type MemberGrant = z.output<typeof memberGrant>;

export const mailboxMember = z.object({
  userId,
  /** Null: by single rights. */
  role: memberRole.nullable(),
  /** Everything the role or the grant allows. */
  rights: z.array(right),
  since: instant,
});
export type MailboxMember = z.output<typeof mailboxMember>;

/** Whether a message that one person heard is heard for everybody, or each member has an own heard state. */
export const heardState = z.enum(['shared', 'member']);
export type HeardState = z.output<typeof heardState>;

/**
 * What becomes of messages that are empty, silent or shorter than a second: kept as any other, refused, or put into the
 * folder `quarantine`, where they are listed and nobody is told.
 */
export const emptyMessages = z.enum(['keep', 'refuse', 'quarantine']);
export type EmptyMessages = z.output<typeof emptyMessages>;

/** The label of messages that wait there to be looked at. */
export const quarantine = 'quarantine';

export const mailboxNumber = z.string().regex(/^[0-9]{1,40}$/, 'must be 1 to 40 digits');
export const mailboxContext = z.string().regex(/^[A-Za-z0-9_-]{1,79}$/, 'must be 1 to 79 letters, digits, _ or -');
/** 4 to 8 digits; the decider also refuses one repeated digit and straight runs. */
export const pin = z.string().regex(/^[0-9]{4,8}$/, 'must be 4 to 8 digits');

const quotaFields = {
  maxMessages: z.number().int().min(1).max(1_000_000).nullable(),
  maxTotalSeconds: z.number().int().min(1).max(100_000_000).nullable(),
  maxMessageSeconds: z.number().int().min(1).max(86_400).nullable(),
};

/** Limits of a mailbox; null is no limit. Trash and deleted messages do not count. */
export const quota = z.object(quotaFields);
export type Quota = z.output<typeof quota>;

export const defaultQuota: Quota = { maxMessages: 100, maxTotalSeconds: 18_000, maxMessageSeconds: 600 };

/** What an administrator may set on a mailbox. */
const settings = {
  number: mailboxNumber,
  context: mailboxContext,
  name: shortText.min(1, 'must not be empty'),
  accessType,
  /** Each owner once. */
  ownerUserIds: z
    .array(userId)
    .max(100)
    .overwrite((ids) => [...new Set(ids)]),
  /** What every user of the tenant may do in a global mailbox; without a meaning in others. */
  defaultRole: memberRole,
  heardState,
  timezone,
  language,
  quota,
  notify: notifySettings,
  storage: messageStorage,
  emptyMessages,
  retention: mailboxRetention,
  extra,
};

// Requests refuse unknown fields by name; what is read back or comes with an event tolerates them.
const quotaRequest = z.strictObject(quotaFields).partial();

export const newMailbox = z.strictObject({
  number: settings.number,
  context: settings.context.default('default'),
  name: settings.name,
  accessType: settings.accessType.default('personal'),
  ownerUserIds: settings.ownerUserIds.default([]),
  defaultRole: settings.defaultRole.default('agent'),
  heardState: settings.heardState.default('shared'),
  timezone: settings.timezone.default('UTC'),
  language: settings.language.default('en'),
  quota: quotaRequest.default({}),
  notify: notifyChanges.default({}),
  storage: settings.storage.default(internalStorage),
  /** `keep` unless told; absent is not said to services of before there was a choice. */
  emptyMessages: settings.emptyMessages.optional(),
  /** As the tenant has it unless told, and where it is absent. */
  retention: mailboxRetentionChanges.optional(),
  extra: settings.extra.default({}),
});
export type NewMailbox = z.output<typeof newMailbox>;

/** Absent fields stay as they are; inside `quota`, `retention`, `notify` and what is in it too. */
export const mailboxChanges = z.strictObject({
  number: settings.number.optional(),
  context: settings.context.optional(),
  name: settings.name.optional(),
  accessType: settings.accessType.optional(),
  ownerUserIds: settings.ownerUserIds.optional(),
  defaultRole: settings.defaultRole.optional(),
  heardState: settings.heardState.optional(),
  timezone: settings.timezone.optional(),
  language: settings.language.optional(),
  quota: quotaRequest.optional(),
  notify: notifyChanges.optional(),
  storage: settings.storage.optional(),
  emptyMessages: settings.emptyMessages.optional(),
  retention: mailboxRetentionChanges.optional(),
  extra: settings.extra.optional(),
});
export type MailboxChanges = z.output<typeof mailboxChanges>;

/** Numbers of a mailbox. Trash is listed but neither counted in `totalMs` nor in the quota. */
export const counts = z.object({
  /** Inbox, unheard. */
  new: z.number().int(),
  /** In `saved` or a label. */
  saved: z.number().int(),
  /** Inbox, heard. */
  heard: z.number().int(),
  trash: z.number().int(),
  urgentNew: z.number().int(),
  /** Urgent in inbox (heard), saved or a label. */
  urgentSaved: z.number().int(),
  /** Audio of everything but trash, milliseconds. */
  totalMs: z.number().int(),
  /** The mailbox's feed number (`sequence` of its last contract event). */
  revision: z.number().int(),
});
export type Counts = z.output<typeof counts>;

export const mailbox = z.object({
  id: mailboxId,
  tenantId,
  /** Platform-wide integer id. */
  shortId: z.number().int(),
  ...settings,
  /** Events of before they existed have none of them. */
  defaultRole: settings.defaultRole.default('agent'),
  heardState: settings.heardState.default('shared'),
  storage: settings.storage.default(internalStorage),
  emptyMessages: settings.emptyMessages.default('keep'),
  retention: settings.retention.default(inheritsAll),
  /** Nothing in it is purged, and it cannot be closed; null: there is none. */
  legalHold: legalHold.nullable().default(null),
  /** Whether a PIN is set; the PIN itself is never read back. */
  hasPin: z.boolean(),
  status: z.enum(['open', 'closed']),
  createdAt: instant,
  updatedAt: instant,
  /** Version for ETag / If-Match. */
  version: z.number().int(),
});
export type Mailbox = z.output<typeof mailbox>;

/** Who could see a mailbox when an event happened; the relay sends copies to these audiences. */
export const mailboxAccess = z.object({
  type: accessType,
  ownerUserIds: z.array(id),
  /** `member` where each member had an own heard state then; absent elsewhere, and in stamps of before this was told. */
  heardState: heardState.optional(),
});
export type MailboxAccess = z.output<typeof mailboxAccess>;
