import { z } from 'zod';
import { instant } from './common.ts';
import { cleanText } from './text.ts';

/** What may not be purged until an administrator says so. Whoever sees the message or mailbox sees it. */
export const legalHold = z.object({
  /** For people, such as the number of a case. */
  reason: z.string().nullable(),
  since: instant,
  /** Id of the user or service token that began it. */
  by: z.string(),
});
export type LegalHold = z.output<typeof legalHold>;

export const newLegalHold = z.strictObject({
  reason: z.string().overwrite(cleanText).max(256).nullable().default(null),
});

/** The last one is over a hundred years: what is to be kept for ever has no number. */
const mostDays = 36_500;
const days = (least: number) => z.number().int().min(least).max(mostDays).nullable();

const ruleFields = {
  /** Heard messages, in whichever folder but the trash, are deleted so long after they were heard. */
  heardDays: days(1),
  /** The same for those that nobody has heard, after they came into the mailbox. */
  unheardDays: days(1),
  /** What lies in the trash is purged so long after it was put there; 0: soon. */
  trashDays: days(0),
  /** What was deleted, by people or by these rules, is purged so long after that; 0: soon. */
  deletedDays: days(0),
};

/** After how many days of 24 hours messages go; null: never. */
export const retention = z.object(ruleFields);
export type Retention = z.output<typeof retention>;

export const keepsAll: Retention = { heardDays: null, unheardDays: null, trashDays: null, deletedDays: null };

/** Absent fields stay as they are. */
export const retentionChanges = z.strictObject(ruleFields).partial();

/** As the tenant has it. */
const inherited = z.literal('inherit');

const ownOr = (least: number) =>
  z.union([days(least), inherited], `must be "inherit", null or a whole number of days from ${least} to ${mostDays}`);

const own = { heardDays: ownOr(1), unheardDays: ownOr(1), trashDays: ownOr(0), deletedDays: ownOr(0) };

/** The same of one mailbox, each by itself or as the tenant has it. */
export const mailboxRetention = z.object(own);
export type MailboxRetention = z.output<typeof mailboxRetention>;

export const inheritsAll: MailboxRetention = {
  heardDays: 'inherit',
  unheardDays: 'inherit',
  trashDays: 'inherit',
  deletedDays: 'inherit',
};

/** Absent fields stay as they are. */
export const mailboxRetentionChanges = z.strictObject(own).partial();
