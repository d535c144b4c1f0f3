import type { Caller, DeliveryEvent, DeliveryFacts, MessageNotice } from './delivery.ts';

export const plannedAt = '2026-07-14T08:15:00.000Z';
/** Well after everything in these samples. */
export const later = '2026-07-14T09:00:00.000Z';
export const leaseUntil = '2026-07-14T08:15:20.000Z';

export const facts = {
  eventId: '0190a000-0000-7000-8000-000000000001',
  messageId: '0190a000-0000-7000-8000-000000000002',
  mailboxId: '0190a000-0000-7000-8000-000000000003',
  channel: 'email',
  purpose: 'message',
  recipient: 'anna@example.test',
  userId: null,
  correlationId: 'deposit-1',
} as const satisfies DeliveryFacts;

export const notice: MessageNotice = {
  kind: 'message',
  mailbox: { number: '100', name: 'Reception' },
  reader: { timezone: 'Europe/Paris', language: 'en' },
  receivedAt: '2026-07-14T08:14:58.000Z',
  durationMs: 12_340,
  urgent: false,
  confidential: false,
  recording: null,
  link: false,
  escalation: null,
};

export const caller: Caller = { callerNumber: '+33155501234', callerName: 'Zoé Caller', calledNumber: '100' };

export const planned: DeliveryEvent = { type: 'NotificationPlanned', data: { facts, notice, caller, plannedAt } };
export const started = (n: number): DeliveryEvent => ({
  type: 'AttemptStarted',
  data: { n, startedAt: plannedAt, leaseUntil },
});
export const failedUntil = (n: number, nextAttemptAt: string | null): DeliveryEvent => ({
  type: 'AttemptEnded',
  data: { n, endedAt: later, outcome: 'failed', detail: '451 later', status: 451, nextAttemptAt },
});
export const erased: DeliveryEvent = { type: 'CallerErased', data: { at: later } };
