import { instant, voiceContent } from '@aftertone/contracts';
import type { z } from 'zod';

/** What media-svc answers when it has stored a recording. */
export const storedAudio = voiceContent.omit({ type: true }).extend({ storedAt: instant });

export type StoredAudio = z.output<typeof storedAudio>;

/** The same as commands take it. */
export const voiceOf = ({ storedAt, ...facts }: StoredAudio) => ({
  voice: { type: 'voice' as const, ...facts },
  storedAt,
});
