import { z } from 'zod';
import { id, instant, mailboxId, messageId, page, pageQuery, shortText, userId } from '../common.ts';
import {
  activeGreeting,
  greeting,
  greetingHistoryEntry,
  greetingKind,
  greetingReason,
  newGreetingActivation,
} from '../greeting.ts';
import {
  accessType,
  counts,
  mailbox,
  mailboxChanges,
  mailboxContext,
  mailboxMember,
  mailboxNumber,
  memberGrant,
  newMailbox,
  pin,
  right,
} from '../mailbox.ts';
import { depositMetadata, folder, messageChanges, messageItem, voiceContent, workState } from '../message.ts';
import { refusalDetails } from '../refusal.ts';
import { newLegalHold, retention } from '../retention.ts';
import { empty } from './call.ts';
import { replayInput, replayOutput } from './replay.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('mailbox');
const query = queriesOf('mailbox');

/**
 * Version that the caller saw (If-Match); refused with `version-mismatch` when the object is elsewhere. 0: of a greeting
 * that was never set.
 */
const ifVersion = z.number().int().min(0).optional();

/** Settings of the tenant that only the gateway knows. */
const tenantRules = {
  /** The tenant's `multipleSharedMailboxes`: false refuses a second global mailbox in a context; absent is true. */
  multipleSharedMailboxes: z.boolean().optional(),
};

const memberKey = { id: mailboxId, userId };

const greetingKey = { id: mailboxId, kind: greetingKind };

const historyEntry = z.object({
  eventId: id,
  type: z.string(),
  version: z.number().int(),
  at: instant,
  actor: z.object({ kind: z.string(), id: z.string() }),
  correlationId: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export const batchAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('change'), changes: messageChanges }),
  z.strictObject({ action: z.literal('move'), mailboxId }),
  z.strictObject({ action: z.literal('copy'), mailboxId }),
  z.strictObject({ action: z.literal('delete') }),
  z.strictObject({ action: z.literal('restore') }),
  z.strictObject({ action: z.literal('purge') }),
  z.strictObject({ action: z.literal('claim'), dueAt: instant.nullable().optional() }),
  z.strictObject({ action: z.literal('assign'), userId, dueAt: instant.nullable().optional() }),
  z.strictObject({ action: z.literal('release') }),
  z.strictObject({ action: z.literal('done') }),
]);

const batchResult = z.object({
  id: messageId,
  ok: z.boolean(),
  /** The copy's id for `copy`. */
  messageId: messageId.optional(),
  /** `details`: what a refusal tells beside its code, as it does when the message is not one of a batch. */
  error: z.object({ code: z.string(), message: z.string(), details: refusalDetails.optional() }).optional(),
});

/** Absent: as it is. */
const dueAt = instant.nullable().optional();

export const mailboxCommands = {
  createMailbox: command('create-mailbox', z.strictObject({ mailbox: newMailbox, ...tenantRules }), mailbox),
  changeMailbox: command(
    'change-mailbox',
    z.strictObject({ id: mailboxId, changes: mailboxChanges, ifVersion, ...tenantRules }),
    mailbox,
  ),
  /** By administrators. What is held is not purged: `legal-hold` (rejected). Held again, it has the new reason. */
  holdMailbox: command('hold-mailbox', z.strictObject({ id: mailboxId, hold: newLegalHold, ifVersion }), mailbox),
  endMailboxHold: command('end-mailbox-hold', z.strictObject({ id: mailboxId, ifVersion }), mailbox),
  closeMailbox: command('close-mailbox', z.strictObject({ id: mailboxId, ifVersion }), empty),
  /** By whoever has `settings`, for rights that they have themselves. A second time it changes the rights. */
  setMember: command('set-member', z.strictObject({ ...memberKey, grant: memberGrant }), mailboxMember),
  removeMember: command('remove-member', z.strictObject(memberKey), empty),
  setPin: command('set-pin', z.strictObject({ id: mailboxId, pin }), empty),
  removePin: command('remove-pin', z.strictObject({ id: mailboxId }), empty),
  verifyPin: command(
    'verify-pin',
    z.strictObject({ id: mailboxId, pin: z.string().max(32) }),
    z.object({ verified: z.boolean() }),
  ),
  /** `recordingId`: the new recording's. The same audio again changes nothing. */
  recordGreeting: command(
    'record-greeting',
    z.strictObject({ ...greetingKey, recordingId: id, voice: voiceContent, storedAt: instant, ifVersion }),
    greeting,
  ),
  /** What is said as `kind` is said as `to`, too; `greeting-not-found` where nothing is. */
  copyGreeting: command(
    'copy-greeting',
    z.strictObject({ ...greetingKey, to: greetingKind, recordingId: id, ifVersion }),
    greeting,
  ),
  /** Says an earlier recording again; `greeting-recording-not-found`. */
  restoreGreeting: command(
    'restore-greeting',
    z.strictObject({ ...greetingKey, recordingId: id, ifVersion }),
    greeting,
  ),
  /** Its recording is kept among the earlier ones. */
  removeGreeting: command('remove-greeting', z.strictObject({ ...greetingKey, ifVersion }), greeting),
  scheduleGreeting: command(
    'schedule-greeting',
    z.strictObject({ ...greetingKey, activation: newGreetingActivation.nullable(), ifVersion }),
    greeting,
  ),
  /** For good, also when it is the one that is said. */
  forgetGreetingRecording: command(
    'forget-greeting-recording',
    z.strictObject({ ...greetingKey, recordingId: id, ifVersion }),
    greeting,
  ),
  depositMessage: command(
    'deposit-message',
    z.strictObject({
      mailboxId,
      messageId,
      metadata: depositMetadata,
      /** Absent: a message without audio; it can be attached later. */
      voice: voiceContent.optional(),
      /** When media-svc stored the audio; older than 12 hours is refused, since unused audio is removed after a day. */
      storedAt: instant.optional(),
    }),
    messageItem,
  ),
  attachAudio: command(
    'attach-audio',
    z.strictObject({ id: messageId, voice: voiceContent, storedAt: instant, ifVersion }),
    messageItem,
  ),
  changeMessage: command(
    'change-message',
    z.strictObject({ id: messageId, changes: messageChanges, ifVersion }),
    messageItem,
  ),
  moveMessage: command('move-message', z.strictObject({ id: messageId, mailboxId, ifVersion }), messageItem),
  copyMessage: command('copy-message', z.strictObject({ id: messageId, copyId: messageId, mailboxId }), messageItem),
  deleteMessage: command('delete-message', z.strictObject({ id: messageId, ifVersion }), empty),
  restoreMessage: command('restore-message', z.strictObject({ id: messageId, ifVersion }), messageItem),
  purgeMessage: command('purge-message', z.strictObject({ id: messageId }), empty),
  /** As of a mailbox; deleted messages too. */
  holdMessage: command('hold-message', z.strictObject({ id: messageId, hold: newLegalHold, ifVersion }), messageItem),
  endMessageHold: command('end-message-hold', z.strictObject({ id: messageId, ifVersion }), messageItem),
  /** Takes the message for oneself; `message-claimed` (conflict, details `assigneeUserId`) when somebody else has it. */
  claimMessage: command('claim-message', z.strictObject({ id: messageId, dueAt, ifVersion }), messageItem),
  assignMessage: command('assign-message', z.strictObject({ id: messageId, userId, dueAt, ifVersion }), messageItem),
  /** Nobody has it any more; also reopens what is done. */
  releaseMessage: command('release-message', z.strictObject({ id: messageId, ifVersion }), messageItem),
  finishMessage: command('finish-message', z.strictObject({ id: messageId, ifVersion }), messageItem),
  batchMessages: {
    ...command(
      'batch-messages',
      z.strictObject({ ids: z.array(messageId).min(1).max(500), run: batchAction }),
      z.object({ results: z.array(batchResult) }),
    ),
    deadlineMs: 30_000,
  },
};

/** Filters of a message list; lists are newest first by `receivedAt`. */
export const messageFilters = {
  folder: folder.optional(),
  heard: z.boolean().optional(),
  urgent: z.boolean().optional(),
  /** Inclusive. */
  from: instant.optional(),
  /** Exclusive. */
  until: instant.optional(),
  /** Exact caller number. */
  caller: shortText.optional(),
  accessType: accessType.optional(),
  /** `me`, `none` or a user's id. */
  assignee: z.union([z.literal('me'), z.literal('none'), userId], 'must be me, none or the id of a user').optional(),
  state: workState.optional(),
  /** Whether it has a legal hold of its own. */
  held: z.boolean().optional(),
  /** With `held`, for administrators: those that are deleted and cannot be purged. */
  deleted: z.literal(true).optional(),
};

/** A message that a rule takes away. */
export const dueMessage = z.object({
  messageId,
  rule: retention.keyof(),
  /** What is done with it. */
  action: z.enum(['delete', 'purge']),
  /** From when the rule counts. */
  since: instant,
  /** Size of its recording. */
  bytes: z.number().int(),
});
export type DueMessage = z.output<typeof dueMessage>;

export const mailboxQueries = {
  getMailbox: query('get-mailbox', z.strictObject({ id: mailboxId }), mailbox),
  /** Whether the actor has this right in the mailbox; refused as what takes the right. */
  requireRight: query('require-right', z.strictObject({ id: mailboxId, right }), empty),
  listMailboxes: query(
    'list-mailboxes',
    z.strictObject({
      ...pageQuery,
      number: mailboxNumber.optional(),
      context: mailboxContext.optional(),
      accessType: accessType.optional(),
      ownerUserId: userId.optional(),
      /** Whether it has a legal hold. */
      held: z.boolean().optional(),
    }),
    page(mailbox),
  ),
  /** By user id. */
  listMembers: query('list-members', z.strictObject({ id: mailboxId, ...pageQuery }), page(mailboxMember)),
  /** One of each kind. */
  listGreetings: query('list-greetings', z.strictObject({ id: mailboxId }), z.object({ items: z.array(greeting) })),
  getGreeting: query('get-greeting', z.strictObject(greetingKey), greeting),
  /** What is said, and what was: newest first, a few. */
  listGreetingRecordings: query(
    'list-greeting-recordings',
    z.strictObject(greetingKey),
    z.object({ items: z.array(greetingHistoryEntry) }),
  ),
  /** What a caller hears who comes at that moment; now unless told. */
  activeGreeting: query(
    'active-greeting',
    z.strictObject({ id: mailboxId, at: instant.optional(), reason: greetingReason.default('unavailable') }),
    activeGreeting,
  ),
  /** The counts as the actor sees them: with the own heard state where the mailbox has one for each member. */
  getCounts: query('get-counts', z.strictObject({ id: mailboxId }), counts),
  /** May this actor deposit here, and how much: asked before the audio is taken. `room` is false when it is full now. */
  depositHint: query(
    'deposit-hint',
    z.strictObject({ mailboxId }),
    z.object({ room: z.boolean(), maxMessageSeconds: z.number().int().nullable() }),
  ),
  /** `includeDeleted`: also a deleted one that can still be restored (for histories and deliveries). */
  getMessage: query(
    'get-message',
    z.strictObject({ id: messageId, includeDeleted: z.boolean().default(false) }),
    messageItem,
  ),
  /** Of one mailbox, or of all that the actor may see. */
  listMessages: query(
    'list-messages',
    z.strictObject({ ...pageQuery, mailboxId: mailboxId.optional(), ...messageFilters }),
    page(messageItem),
  ),
  /** What the rules would do now: the first that would go come first. `retention`: the rules that hold for the mailbox. */
  previewRetention: query(
    'preview-retention',
    z.strictObject({ id: mailboxId, ...pageQuery }),
    page(dueMessage).extend({ retention }),
  ),
  messageHistory: query('message-history', z.strictObject({ id: messageId, ...pageQuery }), page(historyEntry)),
  events: query('events', replayInput, replayOutput),
};
