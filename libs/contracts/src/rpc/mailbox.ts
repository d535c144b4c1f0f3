import { z } from 'zod';
import { id, instant, mailboxId, messageId, page, pageQuery, shortText, userId } from '../common.ts';
import {
  accessType,
  counts,
  mailbox,
  mailboxChanges,
  mailboxContext,
  mailboxNumber,
  newMailbox,
  pin,
} from '../mailbox.ts';
import { depositMetadata, folder, messageChanges, messageItem, voiceContent } from '../message.ts';
import { empty } from './call.ts';
import { replayInput, replayOutput } from './replay.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('mailbox');
const query = queriesOf('mailbox');

/** Version that the caller saw (If-Match); refused with `version-mismatch` when the object is elsewhere. */
const ifVersion = z.number().int().min(1).optional();

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
]);

const batchResult = z.object({
  id: messageId,
  ok: z.boolean(),
  /** The copy's id for `copy`. */
  messageId: messageId.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

export const mailboxCommands = {
  createMailbox: command('create-mailbox', z.strictObject({ mailbox: newMailbox }), mailbox),
  changeMailbox: command(
    'change-mailbox',
    z.strictObject({ id: mailboxId, changes: mailboxChanges, ifVersion }),
    mailbox,
  ),
  closeMailbox: command('close-mailbox', z.strictObject({ id: mailboxId, ifVersion }), empty),
  setPin: command('set-pin', z.strictObject({ id: mailboxId, pin }), empty),
  removePin: command('remove-pin', z.strictObject({ id: mailboxId }), empty),
  verifyPin: command(
    'verify-pin',
    z.strictObject({ id: mailboxId, pin: z.string().max(32) }),
    z.object({ verified: z.boolean() }),
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
  restoreMessage: command('restore-message', z.strictObject({ id: messageId }), messageItem),
  purgeMessage: command('purge-message', z.strictObject({ id: messageId }), empty),
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
};

export const mailboxQueries = {
  getMailbox: query('get-mailbox', z.strictObject({ id: mailboxId }), mailbox),
  listMailboxes: query(
    'list-mailboxes',
    z.strictObject({
      ...pageQuery,
      number: mailboxNumber.optional(),
      context: mailboxContext.optional(),
      accessType: accessType.optional(),
      ownerUserId: userId.optional(),
    }),
    page(mailbox),
  ),
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
  messageHistory: query('message-history', z.strictObject({ id: messageId, ...pageQuery }), page(historyEntry)),
  events: query('events', replayInput, replayOutput),
};
