import type { StoredSound, Target } from './target.ts';

export interface ConvertedSound extends Pick<StoredSound, 'contentType' | 'sampleRate'> {
  /** How long the stored file is. */
  bytes: number;
}

export interface ConversionOrder {
  sound: ConvertedSound;
  target: Target;
}

/** What a thread makes of it: how loud the target would be, in eight bytes (`loudness.ts`), or the target, so much louder. */
export interface ConversionPass extends ConversionOrder {
  pass: 'loudness' | { gainDb: number };
}

/**
 * The next bytes of the stored file, or null at its end and again until all is converted. Every request is answered
 * before the next one is sent.
 */
export interface ConversionRequest {
  chunk: Uint8Array | null;
}

/** The next bytes of the converted file, or why there are none. `done`: there are no more. */
export type ConversionAnswer = { bytes: Uint8Array; done: boolean } | { unreadable: string };
