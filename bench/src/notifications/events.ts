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

const envelope = (
  { tenantId, mailboxId }: Box,
  type: string,
  path: string,
  data: object,
  sequence = 1,
): CloudEvent => ({
  specversion: '1.0',
  id: newId(),
  source: '/aftertone/bench/mailbox',
  type,
  subject: `mailboxes.${mailboxId}.${path}`,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  tenantid: tenantId,
  sequence,
  streamversion: 1,
  correlationid: 'bench',
  data: { mailboxId, ...data },
});

/** Without lamps and addresses only webhooks are told. */
export const mailboxCreated = (box: Box, { lamps = false, to = [] }: { lamps?: boolean; to?: string[] } = {}) =>
  envelope(box, 'mailbox_created', 'settings.created', {
    mailbox: {
      ...{ number: '100', name: 'Bench', timezone: 'UTC', language: 'en', accessType: 'personal', ownerUserIds: [] },
      notify: { email: { to, attachAudio: false }, mwi: { enabled: lamps } },
    },
  });

export const messageCreated = (box: Box, sequence = 1): CloudEvent => {
  const messageId = newId();
  const data = {
    messageId,
    reason: 'deposited',
    message: {
      ...{ id: messageId, ...box, folder: 'inbox', heard: false, heardAt: null, urgent: false, confidential: false },
      ...{ callerNumber: '+33155501234', callerName: 'Bench', calledNumber: '100', callId: null },
      ...{ receivedAt: new Date().toISOString(), content: { type: 'none' }, copiedFrom: null, version: 1 },
    },
  };
  return envelope(box, 'message_created', 'messages.created', data, sequence);
};

/** What the mailbox holds after its n-th message. */
export const countsOf = (box: Box, n: number, sequence: number): CloudEvent => {
  const counts = { new: n, saved: 0, heard: 0, trash: 0, urgentNew: 0, urgentSaved: 0, totalMs: 0, revision: sequence };
  return envelope(box, 'mwi_updated', 'mwi.updated', { counts }, sequence);
};
