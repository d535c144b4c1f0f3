import { mailboxQueries, newLegalHold } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { mailboxView } from '../mailboxes/mailbox.routes.ts';
import { messageIdExample } from '../messages/message.examples.ts';
import { messageView } from '../messages/message.routes.ts';

const newHold = component('NewLegalHold', newLegalHold, { reason: 'case 4711' }, {});

const ofMailbox = {
  path: '/v1/mailboxes/{id}/legal-hold',
  tag: 'mailboxes',
  right: 'administer',
  status: 200,
  answer: mailboxView,
  missing: 'mailbox-not-found',
  versioned: true,
  conditional: true,
  refusals: { 403: ['administrator-required'] },
} as const;

const ofMessage = {
  ...ofMailbox,
  path: '/v1/messages/{id}/legal-hold',
  tag: 'messages',
  answer: messageView,
  missing: 'message-not-found',
} as const;

/** Holds begin when no process of the version before is there any more, which would not mind them. */
const begins = { ...ofMailbox.refusals, 503: ['upgrade-under-way'] };

const again = 'Held again, it has the new reason, and the old time.';

export const retentionRoutes = {
  holdMailbox: defineRoute({
    ...ofMailbox,
    operationId: 'holdMailbox',
    method: 'PUT',
    summary: 'Put a mailbox under legal hold',
    description:
      'Nothing in it is purged, gets another recording or leaves it, by nobody and no rule, and it cannot be closed. ' +
      `Whoever sees the mailbox sees the hold and its reason. ${again}`,
    access: 'aftertone.mailboxes.{id}.legal_hold.update',
    body: newHold,
    refusals: begins,
  }),
  endMailboxHold: defineRoute({
    ...ofMailbox,
    operationId: 'endMailboxHold',
    method: 'DELETE',
    summary: "End a mailbox's legal hold",
    description: 'From here on the rules of retention count as if there had been no hold.',
    access: 'aftertone.mailboxes.{id}.legal_hold.delete',
  }),
  holdMessage: defineRoute({
    ...ofMessage,
    operationId: 'holdMessage',
    method: 'PUT',
    summary: 'Put a message under legal hold, also one that is deleted',
    description: `It is not purged and keeps its recording, wherever it is moved, and its mailbox cannot be closed. ${again}`,
    access: 'aftertone.messages.{id}.legal_hold.update',
    body: newHold,
    refusals: begins,
  }),
  endMessageHold: defineRoute({
    ...ofMessage,
    operationId: 'endMessageHold',
    method: 'DELETE',
    summary: "End a message's legal hold",
    access: 'aftertone.messages.{id}.legal_hold.delete',
  }),
  preview: defineRoute({
    operationId: 'previewRetention',
    method: 'GET',
    path: '/v1/mailboxes/{id}/retention/preview',
    tag: 'mailboxes',
    summary: 'What the rules of retention would take away now, and which rules hold',
    description: 'Nothing changes. What has been due for longest comes first; under legal hold nothing is due.',
    access: 'aftertone.mailboxes.{id}.retention.read',
    right: 'settings',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('RetentionPreview', mailboxQueries.previewRetention.output, {
      items: [
        {
          messageId: messageIdExample,
          rule: 'heardDays',
          action: 'delete',
          since: '2026-01-29T09:31:00.000Z',
          bytes: 65_964,
        },
      ],
      next: null,
      retention: { heardDays: 30, unheardDays: null, trashDays: 7, deletedDays: 7 },
    }),
    missing: 'mailbox-not-found',
  }),
};
