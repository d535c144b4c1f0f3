import { type VoiceContent, voiceContent } from '@aftertone/contracts';
import type { MediaFacts } from '../media/media.ts';

/** What is said about a stored recording: ready for the deposit of a message. */
export const storedAnswer = (
  mediaId: string,
  { facts, storedAt }: { facts: MediaFacts; storedAt: string },
): VoiceContent & { storedAt: string } => ({ ...voiceContent.parse({ type: 'voice', mediaId, ...facts }), storedAt });
