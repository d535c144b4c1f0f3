import { maskedSecret, type Webhook } from '@aftertone/contracts';
import { tenantIdExample } from '../mailboxes/mailbox.examples.ts';
import { deliveryExample } from '../messages/message.examples.ts';

export const webhookExample: Webhook = {
  id: '01964c33-62dd-7eee-af52-4b5c6d7e8f0b',
  tenantId: tenantIdExample,
  mailboxId: null,
  name: 'CRM',
  url: 'https://crm.example.com/hooks/voicemail',
  events: ['message_created'],
  format: 'standard',
  enabled: true,
  noticeTo: 'it@example.com',
  headers: { 'X-Api-Key': maskedSecret },
  state: 'active',
  paused: null,
  missed: null,
  previousSecretUntil: null,
  failingSince: null,
  failures: 0,
  lastSuccessAt: '2026-03-01T09:10:00.000Z',
  lastStatus: 200,
  createdAt: '2026-03-01T09:00:00.000Z',
  updatedAt: '2026-03-01T09:00:00.000Z',
  version: 1,
};

export const pausedExample: Webhook = {
  ...webhookExample,
  state: 'paused',
  paused: { at: '2026-03-08T09:00:00.000Z', detail: 'answered 503' },
  failingSince: '2026-03-03T08:59:00.000Z',
  failures: 241,
  missed: { count: 3, since: '2026-03-21T04:00:00.000Z' },
  lastStatus: 503,
  version: 2,
};

export const secretExample = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';

export const toWebhookExample = {
  ...deliveryExample,
  channel: 'webhook' as const,
  recipient: webhookExample.id,
  attempts: [
    {
      n: 1,
      startedAt: '2026-03-01T09:10:00.000Z',
      endedAt: '2026-03-01T09:10:00.120Z',
      outcome: 'delivered' as const,
      detail: 'answered 200',
      status: 200,
    },
  ],
};

export const testExample = {
  ...toWebhookExample,
  purpose: 'test' as const,
  messageId: null,
  mailboxId: null,
};
