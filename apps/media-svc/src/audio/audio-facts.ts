import type { AudioContentType } from '@aftertone/contracts';
import type { BlobContent } from '../blobs/blob-store.ts';
import type { Quality } from './meter/level-meter.ts';

/** What is found out about a recording by reading all of it. */
export interface AudioFacts {
  contentType: AudioContentType;
  /** Named as ffmpeg names it: `pcm_u8`, `pcm_s16le`, `pcm_s24le`, `pcm_mulaw`, `pcm_alaw`, `mp3`, `aac`, `alac`, `opus`, `vorbis`, `flac`. */
  codec: string;
  /** Hertz. */
  sampleRate: number;
  channels: number;
  /** What a player plays, to the millisecond. */
  durationMs: number;
  /** Loudest sample of each of `peakCount` equal stretches, of all channels mixed to one, 0 to 255; null when the sound could not be decoded. */
  peaks: Uint8Array | null;
  /** Null when the sound could not be decoded. */
  quality: Quality | null;
}

export const notMeasured = { peaks: null, quality: null };

/** Reads one recording as its bytes arrive. */
export interface AudioProbe {
  /**
   * The next bytes. Resolves when it can take more.
   * @throws DomainError as soon as the recording must be refused (`refusals.ts`).
   */
  push(chunk: Buffer): Promise<void>;
  /**
   * There are no more bytes.
   * @param whole all of them, for who can only read them from both ends.
   * @throws DomainError when the recording must be refused.
   */
  finish(whole: BlobContent): Promise<AudioFacts>;
  /** Frees what is held. Always called, also after `finish`. */
  close(): Promise<void>;
}

/** Of what is kept, in hertz: telephones have 8,000, and far less is a trick that makes resampling dear. */
export const minSampleRate = 4_000;
export const maxSampleRate = 384_000;

export interface AudioLimits {
  /** Longest recording that is accepted; null is no limit. */
  maxSeconds: number | null;
}
