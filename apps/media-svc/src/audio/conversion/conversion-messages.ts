import type { StoredSound, Target } from './target.ts';

export interface ConversionOrder {
  sound: Pick<StoredSound, 'contentType' | 'sampleRate'>;
  target: Target;
}

/** The next bytes of the stored file, or null at its end. Every request is answered before the next one is sent. */
export interface ConversionRequest {
  chunk: Uint8Array | null;
}

/** The next bytes of the converted file, or why there are none. */
export type ConversionAnswer = { bytes: Uint8Array } | { unreadable: string };
