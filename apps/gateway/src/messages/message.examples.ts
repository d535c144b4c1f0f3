import type { Delivery, MessageItem } from '@aftertone/contracts';
import { mailboxIdExample, tenantIdExample, userIdExample } from '../mailboxes/mailbox.examples.ts';

export const messageIdExample = '01964c31-2b3c-7d4e-8f50-617283940a04';
export const mediaIdExample = '01964c31-2b3c-7aaa-9b10-0d1e2f3a4b05';

export const metadataExample = {
  callerNumber: '+351210000000',
  callerName: 'Rui Alves',
  calledNumber: '1001',
  callId: '3848276298220188511@192.0.2.4',
  urgent: false,
};

export const messageExample: MessageItem = {
  id: messageIdExample,
  tenantId: tenantIdExample,
  mailboxId: mailboxIdExample,
  folder: 'inbox',
  heard: false,
  heardAt: null,
  urgent: false,
  confidential: false,
  callerNumber: '+351210000000',
  callerName: 'Rui Alves',
  calledNumber: '1001',
  callId: '3848276298220188511@192.0.2.4',
  receivedAt: '2026-03-01T09:30:00.000Z',
  content: {
    type: 'voice',
    mediaId: mediaIdExample,
    contentType: 'audio/wav',
    codec: 'pcm_s16le',
    durationMs: 4_120,
    bytes: 65_964,
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  },
  state: 'claimed',
  assigneeUserId: userIdExample,
  dueAt: '2026-03-01T12:00:00.000Z',
  copiedFrom: null,
  legalHold: null,
  version: 1,
  accessType: 'personal',
};

export const deliveryExample: Delivery = {
  id: '01964c31-30aa-7bbb-8c20-1d2e3f4a5b06',
  eventId: '01964c31-2b3c-7f00-8123-456789abcdef',
  messageId: messageIdExample,
  mailboxId: mailboxIdExample,
  channel: 'email',
  purpose: 'message',
  recipient: 'ana@example.org',
  userId: null,
  state: 'delivered',
  attempts: [
    {
      n: 1,
      startedAt: '2026-03-01T09:30:01.000Z',
      endedAt: '2026-03-01T09:30:01.200Z',
      outcome: 'delivered',
      detail: '250 2.0.0 Ok: queued',
      status: 250,
    },
  ],
  bounce: null,
  replacedBy: null,
  withoutRecording: null,
  nextAttemptAt: null,
  createdAt: '2026-03-01T09:30:00.900Z',
};
