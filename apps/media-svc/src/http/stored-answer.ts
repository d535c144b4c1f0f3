import { type VoiceContent, voiceContent } from '@aftertone/contracts';
import { isEmpty, type MediaFacts } from '../media/media.ts';

/** What is said about a stored recording: ready for the deposit of a message. */
export const storedAnswer = (
  mediaId: string,
  { facts, storedAt }: { facts: MediaFacts; storedAt: string },
): VoiceContent & { storedAt: string } => {
  const quality = facts.quality ?? undefined;
  return { ...voiceContent.parse({ type: 'voice', mediaId, ...facts, quality, empty: isEmpty(facts) }), storedAt };
};
