import type { AudioFormat } from '@aftertone/contracts';
import type { Recording } from '../deliveries/delivery.ts';
import type { Sending } from '../sending/channel.ts';
import type { Enclosure } from './letter.ts';
import {
  conversionBrokeCode,
  type FetchedAudio,
  fetchRecording,
  incompleteCode,
  type RecordingSource,
} from './recording.ts';
import { UnsendableMail } from './unsendable-mail.ts';

export interface EnclosurePolicy extends RecordingSource {
  /** Larger recordings are not attached. */
  maxBytes: number;
  /** From this attempt on the mail goes without a recording that media-svc does not give. */
  patience: number;
}

export interface Enclosed {
  enclosure: Enclosure;
  /** Set when it is attached. */
  audio: FetchedAudio | null;
}

/** Answer of servers for which the mail is too large; they take it without the recording. */
export const tooLargeCode = '552';

const without = (enclosure: Enclosure): Enclosed => ({ enclosure, audio: null });

/** The recording to attach, or why there is none. Throws `recording-unavailable` while waiting for it makes sense. */
export const encloseRecording = async (
  policy: EnclosurePolicy,
  { tenantId, delivery, n }: Sending,
  signal: AbortSignal,
): Promise<Enclosed> => {
  const recording = delivery.notice.kind === 'message' ? delivery.notice.recording : null;
  if (recording === null) return without('not-wanted');
  const hadDetail = (code: string): boolean => delivery.attempts.some(({ detail }) => detail?.startsWith(code));
  if (hadDetail(tooLargeCode)) return without('too-large');
  const isLate = n >= policy.patience;
  if (isLate && hadDetail(incompleteCode)) return without('not-available');
  let enclosure: Enclosure = 'not-available';
  for (const format of formatsFor(recording, { skipsConversion: isLate && hadDetail(conversionBrokeCode) })) {
    try {
      const audio = await fetchFitting(policy, { tenantId, recording, format }, signal);
      if (typeof audio === 'object') return { enclosure: 'attached', audio };
      enclosure = audio;
    } catch (error) {
      if (!isLate || signal.aborted) throw error;
    }
  }
  return without(enclosure);
};

/**
 * The recording of a message that is kept nowhere else: it goes along however large it is, or nothing goes. Throws
 * `recording-unavailable` while media-svc does not give it, `UnsendableMail` where it never will.
 */
export const encloseKeptElsewhere = async (
  source: RecordingSource,
  { tenantId, delivery }: Sending,
  signal: AbortSignal,
): Promise<Enclosed> => {
  const recording = delivery.notice.kind === 'message' ? delivery.notice.recording : null;
  if (recording === null) return without('not-wanted');
  const audio = await fetchRecording(source, { tenantId, recording, format: recording.format }, signal);
  if (typeof audio === 'object') return { enclosure: 'attached', audio };
  throw new UnsendableMail(`recording-${audio}: the message is kept until its recording can go with it`);
};

/** As it was asked for, and else as it is stored: any sound is better than none. */
const formatsFor = ({ format }: Recording, { skipsConversion }: { skipsConversion: boolean }): AudioFormat[] =>
  format === 'original' || skipsConversion ? ['original'] : [format, 'original'];

/** The sound, or why it is not attached in this format. */
const fetchFitting = async (
  policy: EnclosurePolicy,
  asked: { tenantId: string; recording: Recording; format: AudioFormat },
  signal: AbortSignal,
): Promise<FetchedAudio | 'too-large' | 'not-available'> => {
  if (asked.format === 'original' && asked.recording.bytes > policy.maxBytes) return 'too-large';
  const audio = await fetchRecording(policy, asked, signal);
  if (typeof audio === 'string') return 'not-available';
  if (audio.bytes <= policy.maxBytes) return audio;
  audio.content.destroy();
  return 'too-large';
};
