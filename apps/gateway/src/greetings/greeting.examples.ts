import type { Greeting, GreetingActivation, GreetingRecording } from '@aftertone/contracts';
import { mailboxIdExample, userIdExample } from '../mailboxes/mailbox.examples.ts';

export const recordingExample: GreetingRecording = {
  id: '01964c32-3c4d-7e5f-9061-728394a5b607',
  content: {
    type: 'voice',
    mediaId: '01964c32-3c4d-7bbb-9b10-0d1e2f3a4b08',
    contentType: 'audio/wav',
    codec: 'pcm_s16le',
    durationMs: 6_480,
    bytes: 103_724,
    sha256: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
    quality: { speech: true, levelDbfs: -21.4, clipped: false },
    empty: false,
  },
  recordedAt: '2026-03-01T09:10:00.000Z',
  recordedBy: { kind: 'user', id: userIdExample },
};

export const activationExample: GreetingActivation = {
  from: '2026-12-01T00:00:00.000Z',
  until: null,
  hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', until: '08:30' }],
  dates: [{ from: '2026-12-24', until: '2026-12-26' }],
};

export const greetingExample: Greeting = {
  kind: 'temporary',
  recording: recordingExample,
  activation: activationExample,
  updatedAt: '2026-03-01T09:12:00.000Z',
  version: 2,
};

export const activeExample = {
  at: '2026-12-25T10:00:00.000Z',
  reason: 'unavailable' as const,
  timezone: 'Europe/Lisbon',
  kind: null,
  clips: [
    {
      type: 'recording' as const,
      kind: 'name' as const,
      recording: recordingExample,
      audio: `/v1/mailboxes/${mailboxIdExample}/greetings/name/audio`,
    },
    {
      type: 'prompt' as const,
      key: 'vm-greeting-ext-post',
      language: 'pt',
      audio: '/v1/prompts/pt/vm-greeting-ext-post/audio',
    },
  ],
};
