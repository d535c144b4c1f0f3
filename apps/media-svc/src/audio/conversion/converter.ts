import { audioDamaged } from '../refusals.ts';
import type { ConversionPass } from './conversion-messages.ts';
import { openEncoder } from './encoder.ts';
import { openLeveller } from './leveller.ts';
import { loudnessBytes, loudnessEncoder } from './loudness.ts';
import { openResampler } from './resampler.ts';
import { openSource } from './sound-source.ts';

/** Turns a stored file into the target, piece by piece. */
export interface Converter {
  /** @throws DomainError when the file is damaged. */
  push(chunk: Buffer): Buffer;
  /** The rest, piece by piece. @throws DomainError when the file is damaged, or is longer or shorter than was stored. */
  end(): AsyncGenerator<Buffer, undefined>;
}

/** Durations are stored in whole milliseconds, and decoders differ in what they leave out at both ends of an MP3. */
const toleranceMs = 150;

export const openConverter = async ({ sound: stored, target, pass }: ConversionPass): Promise<Converter> => {
  const [source, resampler, encoder] = await Promise.all([
    openSource(stored.contentType, stored.bytes),
    openResampler(stored.sampleRate, target.sampleRate),
    pass === 'loudness' ? loudnessEncoder(target.sampleRate) : openEncoder(target),
  ]);
  const leveller = openLeveller(pass === 'loudness' ? 0 : pass.gainDb, target.sampleRate);
  const wanted = pass === 'loudness' ? loudnessBytes : target.bytes;
  const tolerance = (toleranceMs * target.sampleRate) / 1000;
  let samples = 0;
  let bytes = 0;

  /** What was announced and no sample more: the length in the headers is sent before the sound. */
  const encode = (sound: Int16Array): Buffer => {
    const fitting = sound.subarray(0, Math.max(0, target.samples - samples));
    samples += sound.length;
    if (samples > target.samples + tolerance) throw audioDamaged('it is longer than was stored');
    const encoded = encoder.push(leveller.push(fitting));
    bytes += encoded.length;
    return encoded;
  };
  return {
    push: (chunk) => Buffer.concat(source.push(chunk).map((sound) => encode(resampler.push(sound)))),
    end: async function* () {
      for await (const sound of source.end()) yield encode(resampler.push(sound));
      yield encode(resampler.end());
      const missing = target.samples - samples;
      if (missing > tolerance) throw audioDamaged('it is shorter than was stored');
      if (missing > 0) yield encode(new Int16Array(missing));
      const last = Buffer.concat([encoder.push(leveller.end()), encoder.end()]);
      bytes += last.length;
      if (bytes !== wanted) throw new Error(`converted into ${bytes} bytes instead of ${wanted}`);
      yield last;
      return undefined;
    },
  };
};
