import type { NotificationPreview } from '@aftertone/contracts';
import { mailboxIdExample, userIdExample } from '../mailboxes/mailbox.examples.ts';

export const previewExample: NotificationPreview = {
  storage: { type: 'internal' },
  afterNotify: 'nothing',
  planned: [
    {
      step: 0,
      channel: 'email',
      purpose: 'message',
      recipient: 'ana@example.org',
      userId: userIdExample,
      dueAt: '2026-03-02T06:00:00.000Z',
      digest: false,
      content: {
        language: 'en',
        timezone: 'Europe/Berlin',
        audio: { contentType: 'audio/wav', format: 'mp3' },
        audioReason: 'attached',
        link: true,
        caller: true,
      },
    },
    {
      step: 2,
      channel: 'mwi',
      purpose: 'message',
      recipient: mailboxIdExample,
      userId: null,
      dueAt: '2026-03-01T22:30:00.000Z',
      digest: false,
      content: null,
    },
  ],
  skipped: [
    {
      channel: 'sms',
      recipient: '+493012345',
      userId: null,
      reason: 'no-sms-gateway',
      message: 'The tenant has no SMS gateway: an administrator sets it.',
    },
  ],
  escalation: [],
  truncated: false,
};
