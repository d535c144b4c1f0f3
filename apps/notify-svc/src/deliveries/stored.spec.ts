import { expect, it } from 'vitest';
import { deliveryAggregate } from './delivery.aggregate.ts';
import { caller, plannedAt } from './delivery.samples.ts';

/** What the first version stored. */
const facts = {
  eventId: 'event-1',
  messageId: '0190a000-0000-7000-8000-000000000002',
  mailboxId: '0190a000-0000-7000-8000-000000000003',
  channel: 'email',
  recipient: 'anna@example.test',
  correlationId: 'deposit-1',
} as const;
const recording = { mediaId: 'm', contentType: 'audio/wav', bytes: 9, sha256: 'ab' };
const notice = {
  mailbox: { number: '100', name: 'Reception', timezone: 'Europe/Paris', language: 'fr' },
  ...{ receivedAt: plannedAt, durationMs: 1_200, urgent: true, confidential: false, recording },
};

const now = (type: keyof typeof deliveryAggregate.codecs, data: object): unknown => {
  let current: unknown = data;
  for (const upcast of deliveryAggregate.codecs[type].upcasters ?? []) current = upcast(current as never);
  return current;
};

it('reads a notification of the first version as an e-mail about a new message', () => {
  expect(now('NotificationPlanned', { facts, notice, caller, plannedAt })).toEqual({
    facts: { ...facts, purpose: 'message', userId: null },
    notice: {
      kind: 'message',
      mailbox: { number: '100', name: 'Reception' },
      reader: { timezone: 'Europe/Paris', language: 'fr' },
      ...{ receivedAt: plannedAt, durationMs: 1_200, urgent: true, confidential: false },
      recording: { ...recording, format: 'original' },
      link: false,
      escalation: null,
    },
    caller,
    plannedAt,
  });
});

it('reads how one of the first version ended', () => {
  expect(now('NotificationDelivered', { facts, attempts: 2 })).toEqual({
    facts: { ...facts, purpose: 'message', userId: null },
    attempts: 2,
  });
});

it('reads a bounce of the first version, whose words were in clear', () => {
  const bounce = { at: plannedAt, status: '5.1.1' };
  const stored = { facts, attempts: 1, bounce: { ...bounce, detail: 'unknown' } };
  expect(now('NotificationBounced', stored)).toEqual({ facts, attempts: 1, bounce, detail: 'unknown' });
});
