import type { AudioFormat } from '@aftertone/contracts';

/** What a recording is converted into. */
export type ConvertedFormat = Exclude<AudioFormat, 'original'>;

export const mp3Kilobits = [16, 24, 32, 40, 48, 64] as const;
/** Bit rates that MP3 has at 8 kHz and at 16 kHz both. */
export type Mp3Kilobits = (typeof mp3Kilobits)[number];

export interface Mp3Rates {
  /** Of recordings of up to 8 kHz: telephone calls. */
  narrow: Mp3Kilobits;
  /** Of all others, which become 16 kHz. */
  wide: Mp3Kilobits;
}

/** The converted recording as it will be, known to the byte before its first sample is read. Always mono. */
export interface Target {
  format: ConvertedFormat;
  contentType: 'audio/wav' | 'audio/mpeg';
  sampleRate: 8_000 | 16_000;
  samples: number;
  /** Of MP3; null for WAV, 16 bits a sample. */
  kilobits: Mp3Kilobits | null;
  bytes: number;
  /** How loud it is as a whole, in LUFS; null: as loud as what it is made of. */
  lufs: number | null;
}

/** How it is made. */
export interface Making extends Mp3Rates {
  lufs?: number | null;
}

export interface StoredSound {
  contentType: string;
  codec: string;
  sampleRate: number;
  channels: number;
  durationMs: number;
}

export const wavHeaderBytes = 44;

const samplesPerFrame = 576;
/** The encoder looks ahead and ends with what it holds back: so many frames more than the sound fills. */
const framesBeyond = 2;

/** LAME at a constant rate: at 8 and 16 kHz each frame is a whole number of bytes, always the same one. */
const mp3Bytes = (samples: number, sampleRate: number, kilobits: number): number =>
  (Math.ceil(samples / samplesPerFrame) + framesBeyond) * ((samplesPerFrame * kilobits * 1000) / 8 / sampleRate);

/** Whether a recording is in the format already, and goes out as it is stored. */
const isThere = (format: ConvertedFormat, { contentType, codec, sampleRate, channels }: StoredSound): boolean =>
  format === 'mp3'
    ? contentType === 'audio/mpeg'
    : contentType === 'audio/wav' && codec === 'pcm_s16le' && sampleRate === 8_000 && channels === 1;

/** What a recording becomes in a format; null when it has it already and stays as loud as it is. */
export const targetOf = (
  format: ConvertedFormat,
  sound: StoredSound,
  { narrow, wide, lufs = null }: Making,
): Target | null => {
  if (lufs === null && isThere(format, sound)) return null;
  const sampleRate = format === 'wav' || sound.sampleRate <= 8_000 ? 8_000 : 16_000;
  const samples = Math.round((sound.durationMs * sampleRate) / 1000);
  if (format === 'wav') {
    const bytes = wavHeaderBytes + 2 * samples;
    return { format, contentType: 'audio/wav', sampleRate, samples, kilobits: null, bytes, lufs };
  }
  const kilobits = sampleRate === 8_000 ? narrow : wide;
  const bytes = mp3Bytes(samples, sampleRate, kilobits);
  return { format, contentType: 'audio/mpeg', sampleRate, samples, kilobits, bytes, lufs };
};
