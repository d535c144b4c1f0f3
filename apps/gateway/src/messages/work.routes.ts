import { instant, userId } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { defineRoute } from '../http/route.ts';
import { userIdExample } from '../mailboxes/mailbox.examples.ts';
import { messageView } from './message.routes.ts';

const path = '/v1/messages/{id}';
const dueAt = instant.nullable().optional().meta({ description: 'Until when; null: no time. Absent: as it is' });
const due = '2026-03-01T12:00:00.000Z';

/** What the steps of a team's work have in common. */
const step = {
  method: 'POST',
  tag: 'messages',
  status: 200,
  answer: messageView,
  missing: 'message-not-found',
  versioned: true,
  conditional: true,
} as const;

const taken = 'Refused with `details.assigneeUserId` and `details.dueAt` when somebody else has it.';

export const workRoutes = {
  claim: defineRoute({
    ...step,
    operationId: 'claimMessage',
    path: `${path}/claim`,
    summary: 'Take a message for oneself',
    description: `Of two who do so at once, one gets it. Only in the own tenant. ${taken}`,
    access: 'aftertone.messages.{id}.claim',
    right: 'mark',
    body: component('Claim', z.strictObject({ dueAt }), { dueAt: due }),
    refusals: { 409: ['message-claimed', 'message-done'], 422: ['claim-needs-user'] },
  }),
  assign: defineRoute({
    ...step,
    operationId: 'assignMessage',
    path: `${path}/assign`,
    summary: 'Give a message to somebody who may listen to it',
    description: `What somebody else has is given away by whoever may change the mailbox's settings. ${taken}`,
    access: 'aftertone.messages.{id}.assign',
    right: 'mark',
    body: component('Assignment', z.strictObject({ userId, dueAt }), { userId: userIdExample, dueAt: due }),
    refusals: {
      400: ['unknown-assignee'],
      409: ['message-claimed', 'message-done'],
      422: ['assignee-without-access'],
    },
  }),
  release: defineRoute({
    ...step,
    operationId: 'releaseMessage',
    path: `${path}/release`,
    summary: 'Give a message back to the team, or open it again when it is done',
    description: taken,
    access: 'aftertone.messages.{id}.release',
    right: 'mark',
    refusals: { 409: ['message-claimed'] },
  }),
  done: defineRoute({
    ...step,
    operationId: 'finishMessage',
    path: `${path}/done`,
    summary: 'Say that the work on a message is done',
    description: taken,
    access: 'aftertone.messages.{id}.done',
    right: 'mark',
    refusals: { 409: ['message-claimed'] },
  }),
};
