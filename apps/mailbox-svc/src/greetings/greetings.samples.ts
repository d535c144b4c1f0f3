import type { Greeting, GreetingKind, GreetingRecording, VoiceContent } from '@aftertone/contracts';
import { ann, created } from '../mailboxes/mailbox.samples.ts';
import type { GreetingEvent } from './greetings.ts';

const idOf = (letters: string, n: number): string => `0190a000-0000-7000-8000-${letters}${String(n).padStart(8, '0')}`;

/** Audio of which each number makes another one. */
export const soundOf = (n: number): VoiceContent => ({
  type: 'voice',
  mediaId: idOf('a0d0', n),
  contentType: 'audio/wav',
  codec: 'pcm_s16le',
  durationMs: 4_000,
  bytes: 64_044,
  sha256: String(n).padStart(64, '0'),
});

export const recordingId = (n: number): string => idOf('bec0', n);

export const recordingOf = (n: number, at = created): GreetingRecording => ({
  id: recordingId(n),
  content: soundOf(n),
  recordedAt: at,
  recordedBy: { kind: 'user', id: ann },
});

export const greetingWith = (kind: GreetingKind, version: number, facts: Partial<Greeting> = {}): Greeting => ({
  kind,
  recording: null,
  activation: null,
  updatedAt: created,
  version,
  ...facts,
});

/** The first `count` recordings of a greeting, one after the other, as the first events of its mailbox. */
export const recordedInTurn = (kind: GreetingKind, count: number): GreetingEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    type: 'GreetingRecorded',
    data: { greeting: greetingWith(kind, n + 1, { recording: recordingOf(n + 1) }), forgotten: [] },
  }));
