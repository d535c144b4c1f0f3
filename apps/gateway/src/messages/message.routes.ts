import {
  batchAction,
  mailboxCommands,
  mailboxId,
  mailboxQueries,
  messageChanges,
  messageFilters,
  messageId,
  messageItem,
  page,
} from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { booleanText, instantText, pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { mailboxIdExample, userIdExample } from '../mailboxes/mailbox.examples.ts';
import { idempotencyHeader } from './idempotency.ts';
import { messageExample, messageIdExample } from './message.examples.ts';

const tag = 'messages';
const path = '/v1/messages/{id}';
const missing = 'message-not-found';

export const messageView = component('Message', messageItem, messageExample);
const messagePage = component('MessagePage', page(messageItem), { items: [messageExample], next: null });
const target = component('TargetMailbox', z.strictObject({ mailboxId }), { mailboxId: mailboxIdExample });

const filters = z.strictObject({
  ...pageText,
  ...messageFilters,
  heard: booleanText.optional(),
  urgent: booleanText.optional(),
  from: instantText.optional(),
  until: instantText.optional(),
  assignee: messageFilters.assignee.meta({ description: 'Who has it: `me`, `none` or the id of a user' }),
  state: messageFilters.state.meta({ description: "How far a team's work on it is" }),
  held: booleanText.optional().meta({ description: 'Whether it has a legal hold of its own' }),
  deleted: z
    .literal('true')
    .transform(() => true as const)
    .optional()
    .meta({ description: 'With `held=true`, for administrators: those that were deleted and are kept by their hold' }),
});

export const messageRoutes = {
  listOfMailbox: defineRoute({
    operationId: 'listMailboxMessages',
    method: 'GET',
    path: '/v1/mailboxes/{id}/messages',
    tag,
    summary: 'List the messages of a mailbox',
    description: 'Newest first. `from` is inclusive, `until` exclusive.',
    access: 'aftertone.mailboxes.{id}.messages.read',
    right: 'listen',
    query: filters,
    status: 200,
    answer: messagePage,
    missing: 'mailbox-not-found',
  }),
  list: defineRoute({
    operationId: 'listMessages',
    method: 'GET',
    path: '/v1/messages',
    tag,
    summary: 'List the messages of every mailbox that the token may hear',
    description: 'Newest first. `from` is inclusive, `until` exclusive.',
    access: 'aftertone.messages.read',
    query: filters,
    status: 200,
    answer: messagePage,
  }),
  read: defineRoute({
    operationId: 'readMessage',
    method: 'GET',
    path,
    tag,
    summary: 'Read a message',
    access: 'aftertone.messages.{id}.read',
    right: 'listen',
    status: 200,
    answer: messageView,
    missing,
    versioned: true,
  }),
  change: defineRoute({
    operationId: 'changeMessage',
    method: 'PATCH',
    path,
    tag,
    summary: 'Move a message to a folder, mark it heard or urgent',
    description: 'Into the trash it takes the right `delete`, and out of it `restore`.',
    access: 'aftertone.messages.{id}.update',
    right: 'mark',
    body: component('MessageChanges', messageChanges, { folder: 'saved', heard: true }),
    status: 200,
    answer: messageView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { 422: ['mailbox-full'] },
  }),
  remove: defineRoute({
    operationId: 'deleteMessage',
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete a message',
    description: 'It can be restored until it is purged. `purge=true` purges it at once and for ever, deleted or not.',
    access: 'aftertone.messages.{id}.delete',
    right: 'delete',
    query: z.strictObject({ purge: booleanText.default(false) }),
    status: 204,
    missing,
    conditional: true,
    refusals: { 422: ['legal-hold'] },
  }),
  restore: defineRoute({
    operationId: 'restoreMessage',
    method: 'POST',
    path: `${path}/restore`,
    tag,
    summary: 'Restore a deleted message',
    access: 'aftertone.messages.{id}.restore',
    right: 'restore',
    status: 200,
    answer: messageView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { 422: ['mailbox-full'] },
  }),
  move: defineRoute({
    operationId: 'moveMessage',
    method: 'POST',
    path: `${path}/move`,
    tag,
    summary: 'Move a message to another mailbox',
    description: 'It takes the right `deposit` in the other mailbox.',
    access: 'aftertone.messages.{id}.move',
    right: 'move',
    body: target,
    status: 200,
    answer: messageView,
    missing,
    versioned: true,
    conditional: true,
    refusals: {
      404: ['mailbox-not-found'],
      422: ['mailbox-full', 'message-too-long', 'mailbox-external', 'legal-hold'],
    },
  }),
  copy: defineRoute({
    operationId: 'copyMessage',
    method: 'POST',
    path: `${path}/copy`,
    tag,
    summary: 'Copy a message to another mailbox',
    description:
      'It takes the right `deposit` in the other mailbox. With an `Idempotency-Key` a repeated request gets the first ' +
      'copy and makes no second one.',
    access: 'aftertone.messages.{id}.copy',
    right: 'move',
    body: target,
    status: 201,
    answer: messageView,
    missing,
    versioned: true,
    location: path,
    headers: idempotencyHeader,
    refusals: {
      404: ['mailbox-not-found'],
      409: ['idempotency-key-reused'],
      422: ['mailbox-full', 'message-too-long', 'mailbox-external'],
    },
  }),
  batch: defineRoute({
    operationId: 'batchMessages',
    method: 'POST',
    path: '/v1/messages/batch',
    tag,
    summary: 'Do one thing to up to 500 messages',
    description:
      'Each message succeeds or fails by itself, by the right that doing it alone takes; `results` holds one for each ' +
      'of `ids`, in their order.',
    access: 'aftertone.messages.batch',
    refusals: { 400: ['unknown-assignee'], 422: ['claim-needs-user'] },
    body: component(
      'Batch',
      z.strictObject({ ids: z.array(messageId).min(1).max(500), run: batchAction }),
      { ids: [messageIdExample], run: { action: 'change', changes: { heard: true } } },
      { ids: [messageIdExample], run: { action: 'delete' } },
      { ids: [messageIdExample], run: { action: 'assign', userId: userIdExample } },
    ),
    status: 200,
    answer: component('BatchResults', mailboxCommands.batchMessages.output, {
      results: [{ id: messageIdExample, ok: true }],
    }),
  }),
  history: defineRoute({
    operationId: 'readHistory',
    method: 'GET',
    path: `${path}/history`,
    tag,
    summary: 'What happened to a message, oldest first',
    description: 'Of a purged message, administrators still see what happened when and by whom; nobody else does.',
    access: 'aftertone.messages.{id}.history.read',
    right: 'listen',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('HistoryPage', mailboxQueries.messageHistory.output),
    missing,
  }),
};
