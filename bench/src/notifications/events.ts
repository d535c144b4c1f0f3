import type { CallContext, CloudEvent } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';

/** A mailbox whose webhook is told of its messages. */
export interface Box {
  tenantId: string;
  mailboxId: string;
}

export const callIn = (tenantId: string): CallContext => ({
  tenantId,
  actor: { kind: 'user', id: 'bench', admin: true },
  correlationId: 'bench',
  deadline: Date.now() + 600_000,
});

const envelope = ({ tenantId, mailboxId }: Box, type: string, path: string, data: object): CloudEvent => ({
  specversion: '1.0',
  id: newId(),
  source: '/aftertone/bench/mailbox',
  type,
  subject: `mailboxes.${mailboxId}.${path}`,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  tenantid: tenantId,
  streamversion: 1,
  correlationid: 'bench',
  data: { mailboxId, ...data },
});

export const mailboxCreated = (box: Box): CloudEvent =>
  envelope(box, 'mailbox_created', 'settings.created', {
    mailbox: {
      ...{ number: '100', name: 'Bench', timezone: 'UTC', language: 'en', accessType: 'personal', ownerUserIds: [] },
      // Only webhooks are told, so that it is them who are measured.
      notify: { email: { to: [], attachAudio: false }, mwi: { enabled: false } },
    },
  });

export const messageCreated = (box: Box): CloudEvent => {
  const messageId = newId();
  return envelope(box, 'message_created', 'messages.created', {
    messageId,
    reason: 'deposited',
    message: {
      ...{ id: messageId, ...box, folder: 'inbox', heard: false, heardAt: null, urgent: false, confidential: false },
      ...{ callerNumber: '+33155501234', callerName: 'Bench', calledNumber: '100', callId: null },
      ...{ receivedAt: new Date().toISOString(), content: { type: 'none' }, copiedFrom: null, version: 1 },
    },
  });
};
