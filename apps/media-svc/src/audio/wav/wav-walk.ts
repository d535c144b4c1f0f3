import type { AudioFacts, AudioLimits } from '../audio-facts.ts';
import { exactly, type Parsing, skip, some } from '../byte-parser.ts';
import { audioEmpty, audioNotRecognised, audioTooLong, audioTruncated } from '../refusals.ts';
import { readWavFormat, type WavFormat } from './wav-format.ts';

export type WavFacts = Omit<AudioFacts, 'peaks' | 'quality'>;

type OnSound = (frames: Buffer, format: WavFormat) => void;

/**
 * Writers that cannot seek leave the size open: as 0, as 0xFFFFFFFF, or (sox) a little below 0x7FFFFFFF. No real file
 * is that long: uploads are limited far below.
 */
const openSize = 0x7fff_0000;
const isOpen = (size: number): boolean => size === 0 || size >= openSize;

const maxFormatBytes = 1024;

/**
 * Walks the chunks of a RIFF file. The header's sizes are checked against what is really there.
 * @param onSound is given the sound piece by piece, in whole frames: one sample of each channel.
 */
export function* walkWav(limits: AudioLimits, onSound: OnSound): Parsing<WavFacts> {
  const riff = yield* exactly(12);
  if (riff.length < 12) throw audioTruncated('it ends in its header');
  const riffSize = riff.readUInt32LE(4);
  let format: WavFormat | undefined;
  for (;;) {
    const header = yield* exactly(8);
    if (header.length < 8) {
      throw format === undefined ? audioTruncated('it ends before its format') : audioTruncated('it has no sound');
    }
    const name = header.toString('latin1', 0, 4);
    const size = header.readUInt32LE(4);
    if (name === 'data') {
      if (format === undefined) throw audioNotRecognised('its sound comes before its format');
      const open = size >= openSize || (size === 0 && isOpen(riffSize));
      return yield* readSound(format, { size: open ? null : size, limits, onSound });
    }
    if (name === 'fmt ') {
      if (size > maxFormatBytes) throw audioNotRecognised('its format chunk is too long');
      const chunk = yield* exactly(size);
      if (chunk.length < size) throw audioTruncated('it ends in its format');
      format = readWavFormat(chunk);
      yield* skip(size % 2);
    } else if (!(yield* skip(size + (size % 2)))) {
      throw audioTruncated(`it ends in its ${JSON.stringify(name)} chunk, before any sound`);
    }
  }
}

interface Reading {
  /** Bytes of sound that the header promises; null: all that comes. */
  size: number | null;
  limits: AudioLimits;
  onSound: OnSound;
}

function* readSound(format: WavFormat, { size, limits, onSound }: Reading): Parsing<WavFacts> {
  const { channels, sampleRate, bytesPerSample, codec } = format;
  const frameBytes = channels * bytesPerSample;
  const framesPromised = size === null ? Number.MAX_SAFE_INTEGER : Math.floor(size / frameBytes);
  let frames = 0;
  while (frames < framesPromised) {
    const wanted = Math.min((framesPromised - frames) * frameBytes, Number.MAX_SAFE_INTEGER);
    const bytes = yield* some(wanted, frameBytes);
    if (bytes.length < frameBytes) {
      if (size === null) break;
      throw audioTruncated(`${frames * frameBytes + bytes.length} of ${size} bytes of sound are there`);
    }
    onSound(bytes, format);
    frames += bytes.length / frameBytes;
    if (limits.maxSeconds !== null && frames > limits.maxSeconds * sampleRate) throw audioTooLong(limits.maxSeconds);
  }
  if (frames === 0) throw audioEmpty();
  const durationMs = Math.round((frames * 1000) / sampleRate);
  return { contentType: 'audio/wav', codec, sampleRate, channels, durationMs };
}
