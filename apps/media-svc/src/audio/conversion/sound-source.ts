import { MPEGDecoder } from 'mpg123-decoder';
import type { AudioLimits } from '../audio-facts.ts';
import { ByteParser } from '../byte-parser.ts';
import { type ContainerType, isContainer } from '../container/container-type.ts';
import { SoundFile } from '../container/sound-file.ts';
import { walkMp3 } from '../mp3/mp3-walk.ts';
import { audioDamaged } from '../refusals.ts';
import type { WavFormat } from '../wav/wav-format.ts';
import { walkWav } from '../wav/wav-walk.ts';

/** Reads a stored file piece by piece and gives its sound, all channels mixed to one, 16 bits. */
export interface SoundSource {
  /** @throws DomainError when the file is damaged. */
  push(chunk: Buffer): Int16Array[];
  /** The rest, in pieces of some size. @throws DomainError when the file is damaged. */
  end(): AsyncGenerator<Int16Array>;
}

const whole: AudioLimits = { maxSeconds: null };

const to16Bits = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768)));

// Plain loops: they run for every sample, and are several times as fast as `from` with a function.

const mixedWav = (frames: Buffer, { channels, bytesPerSample, sample }: WavFormat): Int16Array => {
  const mono = new Int16Array(frames.length / (channels * bytesPerSample));
  let at = 0;
  for (let n = 0; n < mono.length; n += 1) {
    let sum = 0;
    for (let c = 0; c < channels; c += 1, at += bytesPerSample) sum += sample(frames, at);
    mono[n] = to16Bits(sum / channels);
  }
  return mono;
};

const mixed = (channelData: readonly Float32Array[], samples: number): Int16Array => {
  const mono = new Int16Array(samples);
  for (let n = 0; n < samples; n += 1) {
    let sum = 0;
    for (const channel of channelData) sum += channel[n] ?? 0;
    mono[n] = to16Bits(sum / channelData.length);
  }
  return mono;
};

/** What a parser's callback has gathered, piece by piece. */
const gathering = <T>() => {
  let gathered: T[] = [];
  return {
    add: (item: T): void => {
      gathered.push(item);
    },
    take: (): T[] => {
      const all = gathered;
      gathered = [];
      return all;
    },
  };
};

const wavSource = (): SoundSource => {
  const sound = gathering<Int16Array>();
  const parser = new ByteParser(walkWav(whole, (frames, format) => sound.add(mixedWav(frames, format))));
  return {
    push: (chunk) => {
      parser.push(chunk);
      return sound.take();
    },
    end: async function* () {
      parser.finish();
      yield* sound.take();
    },
  };
};

const mp3Source = async (): Promise<SoundSource> => {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const found = gathering<Buffer>();
  const parser = new ByteParser(walkMp3(whole, found.add));
  const decode = (): Int16Array[] => {
    const frames = found.take();
    if (frames.length === 0) return [];
    const { channelData, samplesDecoded, errors } = decoder.decode(Buffer.concat(frames));
    const [error] = errors;
    if (error !== undefined) throw audioDamaged(`an MP3 frame cannot be decoded (${error.message})`);
    return [mixed(channelData, samplesDecoded)];
  };
  return {
    push: (chunk) => {
      parser.push(chunk);
      return decode();
    },
    end: async function* () {
      parser.finish();
      yield* decode();
    },
  };
};

/** Packets are short: so many samples make a piece that is worth its way through resampler, encoder and threads. */
const pieceSamples = 32_768;

const containerSource = (type: ContainerType, bytes: number): SoundSource => {
  const file = new SoundFile(type, bytes);
  return {
    push: (chunk) => {
      file.write(chunk);
      return [];
    },
    end: async function* () {
      await file.open();
      let piece = new Int16Array(pieceSamples);
      let filled = 0;
      for (const { channelData, samples } of file.pieces()) {
        const sound = mixed(channelData, samples);
        for (let from = 0; from < sound.length; ) {
          const part = sound.subarray(from, from + pieceSamples - filled);
          piece.set(part, filled);
          filled += part.length;
          from += part.length;
          if (filled < pieceSamples) continue;
          yield piece;
          piece = new Int16Array(pieceSamples);
          filled = 0;
        }
      }
      yield piece.subarray(0, filled);
    },
  };
};

/** Opens the source for what is stored. @param bytes how long the file is */
export const openSource = (contentType: string, bytes: number): Promise<SoundSource> | SoundSource => {
  if (isContainer(contentType)) return containerSource(contentType, bytes);
  return contentType === 'audio/mpeg' ? mp3Source() : wavSource();
};
