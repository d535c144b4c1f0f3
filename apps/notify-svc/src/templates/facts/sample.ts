import type { TemplateKind } from '@aftertone/contracts';
import type { MessageFacts, NoticeFacts, RecipientFacts } from './facts.ts';

/** Example facts of every kind: templates are tried out on them, and their names are the names that are known. */
export const sampleMessage: MessageFacts = {
  id: '0198c5b2-4444-7ddd-8000-000000000006',
  mailbox: { number: '1001', name: 'Reception' },
  caller: { callerName: 'Zoé Caller', callerNumber: '+33155501234', calledNumber: '+33155501000' },
  receivedAt: '2026-07-14T08:15:00.000Z',
  durationMs: 12_340,
  urgent: true,
  confidential: true,
  enclosure: 'attached',
  file: { name: '1001-2026-07-14.wav', contentType: 'audio/wav', bytes: 198_444 },
  link: 'https://voicemail.example.org/listen/example',
  transcription: 'Please call me back.',
  original: { callerName: 'Ben First', callerNumber: '+33155505678', receivedAt: '2026-07-13T16:40:00.000Z' },
};

export const sampleRecipient: Omit<RecipientFacts, 'language'> = {
  timezone: 'Europe/Paris',
  name: 'Anna Reader',
  email: 'anna@example.org',
};

const sampleQuota = { limit: 'messages', messages: 100, maxMessages: 100, seconds: 1_530, maxSeconds: 18_000 } as const;

/** What a notice of this kind is about when nobody says. */
export const sampleFacts = (kind: TemplateKind, language: string, message = sampleMessage): NoticeFacts => {
  const common = {
    recipient: { ...sampleRecipient, language },
    tenantName: 'Example Ltd',
    counts: { new: 3, saved: 7 },
  };
  switch (kind) {
    case 'email':
    case 'text':
    case 'sms':
    case 'fax':
      return { ...common, kind, message };
    case 'escalation':
      return { ...common, kind, message, escalation: { step: 1, of: 2 } };
    case 'digest': {
      const listed: MessageFacts = { ...message, enclosure: 'not-wanted', file: null };
      return { ...common, kind, messages: [listed, { ...listed, urgent: false }] };
    }
    case 'mailbox-full':
      return { ...common, kind, mailbox: message.mailbox, quota: sampleQuota };
    case 'webhook-paused': {
      const [since, url] = ['2026-07-14T08:15:00.000Z', 'https://crm.example.org/hook'];
      const detail = 'connect ECONNREFUSED';
      return { ...common, counts: null, kind, webhook: { name: 'crm', url, failures: 12, since, detail } };
    }
    case 'external-failed': {
      const external = { address: 'archive@example.org', detail: '550 5.1.1 no such user' };
      return { ...common, kind, mailbox: message.mailbox, external: { receivedAt: message.receivedAt, ...external } };
    }
  }
};
