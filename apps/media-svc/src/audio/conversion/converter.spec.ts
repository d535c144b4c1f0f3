import { describe, expect, it } from 'vitest';
import { containerFile, containerFiles, type Mp3Sample, mp3File, readAudio } from '../../spec-support/read-audio.ts';
import { amplitudeAt, decibels, decodeMp3, decodeWav, type Sound } from '../../spec-support/sound.ts';
import { tone, type WavOptions, wavFile } from '../../spec-support/wav-files.ts';
import type { ConversionPass } from './conversion-messages.ts';
import { openConverter } from './converter.ts';
import { gainFor } from './leveller.ts';
import { loudnessIn } from './loudness.ts';
import { type ConvertedFormat, type Making, mp3Kilobits, targetOf } from './target.ts';

const rates = { narrow: 24, wide: 32 } as const;

const asItIs = { gainDb: 0 };

const passOf = async (order: ConversionPass, file: Buffer): Promise<Buffer> => {
  const converter = await openConverter(order);
  const parts: Buffer[] = [];
  for (let at = 0; at < file.length; at += 5_000) parts.push(converter.push(file.subarray(at, at + 5_000)));
  for await (const piece of converter.end()) parts.push(piece);
  return Buffer.concat(parts);
};

const convert = async (file: Buffer, format: ConvertedFormat, given: Making = rates) => {
  const facts = await readAudio(file);
  const target = targetOf(format, facts, given);
  if (target === null) throw new Error('it is in this format already');
  const order = { sound: { ...facts, bytes: file.length }, target };
  if (target.lufs === null)
    return { facts, target, loudness: null, file: await passOf({ ...order, pass: asItIs }, file) };
  const loudness = loudnessIn(await passOf({ ...order, pass: 'loudness' }, file));
  const pass = { gainDb: gainFor(loudness, target.lufs) };
  return { facts, target, loudness, file: await passOf({ ...order, pass }, file) };
};

/** A-law and µ-law of the 440 Hz tone at half of full scale: each code is the nearest one. */
const g711 = (seconds: number, tag: 6 | 7): Buffer => {
  const wanted = tone(seconds);
  const values = Array.from({ length: 256 }, (_, code) => decodeG711(code, tag));
  return Buffer.from(
    Array.from({ length: wanted.length / 2 }, (_, n) => {
      const sample = wanted.readInt16LE(2 * n);
      return values.reduce((best, value, code) => {
        const better = Math.abs(value - sample) < Math.abs((values[best] ?? 0) - sample);
        return better ? code : best;
      }, 0);
    }),
  );
};

/** As ITU-T G.711 has it in its tables 1a and 2a, written independently of what is tested. */
const decodeG711 = (code: number, tag: 6 | 7): number => {
  if (tag === 7) {
    const u = ~code & 255;
    const value = (((u & 15) * 2 + 33) << ((u >> 4) & 7)) - 33;
    return (u & 128 ? -value : value) * 4;
  }
  const a = code ^ 0x55;
  const segment = (a >> 4) & 7;
  const value = segment === 0 ? (a & 15) * 2 + 1 : ((a & 15) * 2 + 33) << (segment - 1);
  return (a & 128 ? value : -value) * 8;
};

const pcm = (seconds: number, { sampleRate = 8_000, channels = 1, bits = 16 as 8 | 16 | 24 }): WavOptions => ({
  sampleRate,
  channels,
  bits,
  sound: tone(seconds, { sampleRate, channels, bits }),
});

const wavs: ReadonlyArray<[string, WavOptions]> = [
  ['PCM 8 kHz', pcm(2, {})],
  ['PCM 8 kHz stereo', pcm(2, { channels: 2 })],
  ['PCM 8 bits', pcm(2, { bits: 8 })],
  ['PCM 24 bits 48 kHz stereo', pcm(2, { bits: 24, sampleRate: 48_000, channels: 2 })],
  ['PCM 16 kHz', pcm(2, { sampleRate: 16_000 })],
  ['PCM 44.1 kHz', pcm(2, { sampleRate: 44_100 })],
  ['PCM 11.025 kHz of an odd length', pcm(1.2345, { sampleRate: 11_025 })],
  ['µ-law', { tag: 7, bits: 8, sound: g711(2, 7) }],
  ['A-law', { tag: 6, bits: 8, sound: g711(2, 6) }],
];
/** The MP3 samples are of some of these. */
const tones = Array.from({ length: 140 }, (_, n) => 100 + 20 * n);
const mp3s: readonly Mp3Sample[] = ['cbr-mono-8k', 'vbr-stereo-32k', 'no-info-tag', 'id3v1', 'id3v2', 'ffmpeg-16k'];

/** Without its beginning and end, which belong to the filters. */
const innerOf = ({ samples, sampleRate }: Sound): Sound => {
  const edge = sampleRate / 5;
  return { sampleRate, samples: samples.slice(edge, -edge) };
};

const expectTone = (sound: Sound, level: number): void => {
  const inner = innerOf(sound);
  // LAME makes everything 5 % quieter, so that nothing is clipped.
  expect(Math.abs(decibels(amplitudeAt(440, inner), level))).toBeLessThan(0.6);
  const others = [220, 880, 1_320, 2_000, 3_000].map((hertz) => decibels(amplitudeAt(hertz, inner), level));
  expect(Math.max(...others)).toBeLessThan(-35);
};

describe('WAV', () => {
  it.each(wavs.slice(1))('from %s plays the same tone for the same time', async (_name, options) => {
    const { facts, target, file } = await convert(wavFile(options), 'wav');
    expect(file.length).toBe(target.bytes);
    expect(await readAudio(file)).toMatchObject({ codec: 'pcm_s16le', sampleRate: 8_000, channels: 1 });
    const sound = decodeWav(file);
    expect(sound.samples.length / 8).toBe(facts.durationMs);
    expectTone(sound, 0.5);
  });

  it.each(mp3s)('from MP3 (%s) plays the same tone for the same time', async (name) => {
    const { facts, file } = await convert(mp3File(name), 'wav');
    const sound = decodeWav(file);
    expect(sound.samples.length / 8).toBe(facts.durationMs);
    const stored = innerOf(await decodeMp3(mp3File(name)));
    const [loudest = 0] = tones.toSorted((a, b) => amplitudeAt(b, stored) - amplitudeAt(a, stored));
    const before = amplitudeAt(loudest, stored);
    expect(before).toBeGreaterThan(0.05);
    expect(Math.abs(decibels(amplitudeAt(loudest, innerOf(sound)), before))).toBeLessThan(0.5);
  });
});

describe('MP3', () => {
  it.each(wavs)('from %s plays the same tone for the same time', async (_name, options) => {
    const { facts, target, file } = await convert(wavFile(options), 'mp3');
    expect(file.length).toBe(target.bytes);
    expect(await readAudio(file)).toMatchObject({ codec: 'mp3', sampleRate: target.sampleRate, channels: 1 });
    const sound = await decodeMp3(file);
    expect(sound.sampleRate).toBe((options.sampleRate ?? 8_000) > 8_000 ? 16_000 : 8_000);
    // An encoder's lead and what fills its last frame.
    const more = (sound.samples.length * 1000) / sound.sampleRate - facts.durationMs;
    expect(more).toBeGreaterThanOrEqual(0);
    expect(more).toBeLessThan((3 * 576_000) / sound.sampleRate);
    expectTone(sound, 0.5);
  });

  it('is as long as was announced at every bit rate, whatever the length', async () => {
    for (const kilobits of mp3Kilobits) {
      for (const samples of [8, 568, 576, 584, 1_152, 5_768, 30_008]) {
        for (const sampleRate of [8_000, 16_000]) {
          const sound = tone(samples / sampleRate, { sampleRate });
          const { target, file } = await convert(wavFile({ sound, sampleRate }), 'mp3', {
            narrow: kilobits,
            wide: kilobits,
          });
          expect([file.length, target.kilobits]).toEqual([target.bytes, kilobits]);
        }
      }
    }
  });
});

describe('what is there already', () => {
  const facts = { contentType: 'audio/wav', codec: 'pcm_s16le', sampleRate: 8_000, channels: 1, durationMs: 1_000 };
  it('is not converted', () => {
    expect(targetOf('wav', facts, rates)).toBeNull();
    expect(targetOf('mp3', { ...facts, contentType: 'audio/mpeg', codec: 'mp3' }, rates)).toBeNull();
  });
  it.each([{ codec: 'pcm_mulaw' }, { channels: 2 }, { sampleRate: 16_000 }])('is not WAV with %j', (other) => {
    expect(targetOf('wav', { ...facts, ...other }, rates)).toMatchObject({ sampleRate: 8_000, bytes: 16_044 });
  });
});

describe('what phones and browsers record', () => {
  it.each(containerFiles)('%s becomes WAV and MP3, as long and as loud as it is', async (name) => {
    for (const format of ['wav', 'mp3'] as const) {
      const { facts, target, file } = await convert(containerFile(name), format);
      expect(file).toHaveLength(target.bytes);
      const { durationMs, quality } = await readAudio(file);
      expect(Math.abs(durationMs - facts.durationMs), format).toBeLessThan(200);
      expect(Math.abs((quality?.levelDbfs ?? 0) - (facts.quality?.levelDbfs ?? 0)), format).toBeLessThanOrEqual(3);
    }
  });
});

describe('equally loud', () => {
  const loud = (lufs: number): Making => ({ ...rates, lufs });

  it.each(['wav', 'mp3'] as const)('is what was loud and what was quiet (%s)', async (format) => {
    for (const level of [0.02, 0.1, 0.9]) {
      const stored = wavFile({ sampleRate: 16_000, sound: tone(3, { sampleRate: 16_000, level }) });
      const { file, target } = await convert(stored, format, loud(-23));
      expect(file).toHaveLength(target.bytes);
      // LAME makes everything 5 % quieter.
      expect(Math.abs(((await convert(file, 'wav', loud(-23))).loudness ?? 0) + 23)).toBeLessThan(0.6);
    }
  });

  it('is speech as well, and what is in the format already is made anew', async () => {
    const stored = (await convert(containerFile('call.ogg'), 'wav')).file;
    const { file } = await convert(stored, 'wav', loud(-30));
    expect(file).toHaveLength(stored.length);
    expect(Math.abs(((await convert(file, 'wav', loud(-30))).loudness ?? 0) + 30)).toBeLessThan(0.3);
  });

  it('is not what would take more than it is worth, and silence stays silence', async () => {
    const stored = wavFile({ sound: tone(3, { level: 0.001 }) });
    const { file } = await convert(stored, 'wav', loud(-23));
    expect((await convert(file, 'wav', loud(-23))).loudness).toBeCloseTo(-63.7 + 20, 0);
    const silence = wavFile({ sound: Buffer.alloc(32_000) });
    expect((await convert(silence, 'wav', loud(-23))).file).toEqual(silence);
  });
});

describe('a damaged recording', () => {
  const good = wavFile(pcm(3, { sampleRate: 16_000 }));
  const convertOther = async (file: Buffer, stored: Buffer, format: ConvertedFormat = 'wav') => {
    const facts = await readAudio(stored);
    const target = targetOf(format, facts, rates);
    if (target === null) throw new Error('it is in this format already');
    await passOf({ sound: { ...facts, bytes: file.length }, target, pass: asItIs }, file);
  };

  it.each([
    ['that is cut off', good.subarray(0, 50_000), 'audio-truncated'],
    ['that is no audio', Buffer.alloc(50_000, 'x'), 'audio-truncated'],
    ['that is shorter than stored', wavFile(pcm(2, { sampleRate: 16_000 })), 'audio-damaged'],
    ['that is longer than stored', wavFile(pcm(4, { sampleRate: 16_000 })), 'audio-damaged'],
  ])('%s is refused', async (_name, file, code) => {
    for (const format of ['wav', 'mp3'] as const) {
      await expect(convertOther(file, good, format)).rejects.toMatchObject({ code });
    }
  });

  it('in MP3 is refused', async () => {
    const file = mp3File('cbr-mono-8k');
    await expect(convertOther(file.subarray(0, file.length - 100), file)).rejects.toMatchObject({
      code: 'audio-truncated',
    });
    const noise = Buffer.from(file);
    for (let n = 2_000; n < noise.length; n += 1) noise[n] = (n * 7919) % 251;
    await expect(convertOther(noise, file)).rejects.toMatchObject({ kind: 'invalid' });
  });
});
