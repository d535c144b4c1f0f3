import type { Readable } from 'node:stream';
import type { Sending } from '../sending/channel.ts';
import type { Enclosure } from './letter.ts';
import { fetchRecording, incompleteCode, type RecordingSource } from './recording.ts';

export interface EnclosurePolicy extends RecordingSource {
  /** Larger recordings are not attached. */
  maxBytes: number;
  /** From this attempt on the mail goes without a recording that media-svc does not give. */
  patience: number;
}

/** Answer of servers for which the mail is too large; they take it without the recording. */
export const tooLargeCode = '552';

/** The recording to attach, or why there is none. Throws `recording-unavailable` while waiting for it makes sense. */
export const encloseRecording = async (
  policy: EnclosurePolicy,
  { tenantId, delivery, n }: Sending,
  signal: AbortSignal,
): Promise<{ enclosure: Enclosure; audio: Readable | null }> => {
  const without = (enclosure: Enclosure) => ({ enclosure, audio: null });
  const recording = delivery.notice.kind === 'message' ? delivery.notice.recording : null;
  if (recording === null) return without('not-wanted');
  const refusedForSize = delivery.attempts.some(({ detail }) => detail?.startsWith(tooLargeCode));
  if (recording.bytes > policy.maxBytes || refusedForSize) return without('too-large');
  const brokeOff = delivery.attempts.some(({ detail }) => detail?.startsWith(incompleteCode));
  if (brokeOff && n >= policy.patience) return without('not-available');
  try {
    const audio = await fetchRecording(policy, { tenantId, recording }, signal);
    return audio === null ? without('not-available') : { enclosure: 'attached', audio };
  } catch (error) {
    if (n < policy.patience || signal.aborted) throw error;
    return without('not-available');
  }
};
