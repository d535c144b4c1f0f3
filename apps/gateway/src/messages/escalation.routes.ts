import { type EscalationView, escalationView } from '@aftertone/contracts';
import { component } from '../docs/components.ts';
import { defineRoute } from '../http/route.ts';
import { userIdExample } from '../mailboxes/mailbox.examples.ts';

const tag = 'messages';
const path = '/v1/messages/{id}';
const missing = 'message-not-found';

const running: EscalationView = {
  state: 'running',
  steps: [
    { step: 1, dueAt: '2026-03-01T09:35:00.000Z', takenAt: '2026-03-01T09:35:00.412Z' },
    { step: 2, dueAt: '2026-03-01T09:45:00.000Z', takenAt: null },
  ],
  stopped: null,
};
const acknowledged: EscalationView = {
  ...running,
  state: 'stopped',
  stopped: { reason: 'acknowledged', by: userIdExample, at: '2026-03-01T09:37:30.000Z' },
};

export const escalationRoutes = {
  escalation: defineRoute({
    operationId: 'readEscalation',
    method: 'GET',
    path: `${path}/escalation`,
    tag,
    summary: 'How far the escalation of a message has come',
    description:
      'It has the steps that the mailbox or the tenant had when the message came. Whom each step told is in the ' +
      "message's deliveries, with the purpose `escalation`.",
    access: 'aftertone.messages.{id}.escalation.read',
    right: 'listen',
    status: 200,
    answer: component('Escalation', escalationView, running, acknowledged),
    missing,
  }),
  acknowledge: defineRoute({
    operationId: 'acknowledgeMessage',
    method: 'POST',
    path: `${path}/acknowledge`,
    tag,
    summary: 'Take care of a message, so that it is not escalated any further',
    description:
      'It stays unheard for the others. May be done again, and where nothing is escalated. Hearing, claiming, finishing, ' +
      'deleting and moving a message end its escalation, too.',
    access: 'aftertone.messages.{id}.acknowledge',
    right: 'mark',
    status: 204,
    missing,
  }),
};
