import type { AudioFacts, AudioLimits, AudioProbe } from '../audio-facts.ts';
import { ByteParser, exactly, type Parsing, skip, some } from '../byte-parser.ts';
import { PeakMeter } from '../peak-meter.ts';
import { audioEmpty, audioNotRecognised, audioTooLong, audioTruncated } from '../refusals.ts';
import { readWavFormat, type WavFormat } from './wav-format.ts';

export const looksLikeWav = (head: Buffer): boolean =>
  head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WAVE';

/**
 * Writers that cannot seek leave the size open: as 0, as 0xFFFFFFFF, or (sox) a little below 0x7FFFFFFF. No real file
 * is that long: uploads are limited far below.
 */
const openSize = 0x7fff_0000;
const isOpen = (size: number): boolean => size === 0 || size >= openSize;

const maxFormatBytes = 1024;

/** Walks the chunks of a RIFF file. The header's sizes are checked against what is really there. */
function* walk(limits: AudioLimits): Parsing<AudioFacts> {
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
      return yield* readSound(format, open ? null : size, limits);
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

/** @param size bytes of sound that the header promises; null: all that comes. */
function* readSound(format: WavFormat, size: number | null, limits: AudioLimits): Parsing<AudioFacts> {
  const { channels, sampleRate, bytesPerSample, level, codec } = format;
  const frameBytes = channels * bytesPerSample;
  const meter = new PeakMeter();
  const framesPromised = size === null ? Number.MAX_SAFE_INTEGER : Math.floor(size / frameBytes);
  let frames = 0;
  while (frames < framesPromised) {
    const wanted = Math.min((framesPromised - frames) * frameBytes, Number.MAX_SAFE_INTEGER);
    const bytes = yield* some(wanted, frameBytes);
    if (bytes.length < frameBytes) {
      if (size === null) break;
      throw audioTruncated(`${frames * frameBytes + bytes.length} of ${size} bytes of sound are there`);
    }
    for (let at = 0; at < bytes.length; at += frameBytes) {
      let loudest = 0;
      for (let n = at; n < at + frameBytes; n += bytesPerSample) loudest = Math.max(loudest, level(bytes, n));
      meter.add(loudest);
    }
    frames += bytes.length / frameBytes;
    if (limits.maxSeconds !== null && frames > limits.maxSeconds * sampleRate) throw audioTooLong(limits.maxSeconds);
  }
  if (frames === 0) throw audioEmpty();
  const durationMs = Math.round((frames * 1000) / sampleRate);
  return { contentType: 'audio/wav', codec, sampleRate, channels, durationMs, peaks: meter.peaks() };
}

export const wavProbe = (limits: AudioLimits): AudioProbe => {
  const parser = new ByteParser(walk(limits));
  return {
    push: async (chunk) => parser.push(chunk),
    finish: async () => parser.finish(),
    close: async () => undefined,
  };
};
