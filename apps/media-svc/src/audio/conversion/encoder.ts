import { createMp3Encoder } from 'wasm-media-encoders';
import { type Target, wavHeaderBytes } from './target.ts';

/** Writes mono sound of 16 bits into a file of the target's format. */
export interface Encoder {
  push(samples: Int16Array): Buffer;
  end(): Buffer;
}

const pcm = 1;
const mono = 1;
const bytesPerSample = 2;

const wavHeader = ({ samples, sampleRate }: Target): Buffer => {
  const header = Buffer.alloc(wavHeaderBytes);
  const soundBytes = samples * bytesPerSample;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(wavHeaderBytes - 8 + soundBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(pcm, 20);
  header.writeUInt16LE(mono, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * bytesPerSample, 28);
  header.writeUInt16LE(bytesPerSample, 32);
  header.writeUInt16LE(8 * bytesPerSample, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(soundBytes, 40);
  return header;
};

const wavEncoder = (target: Target): Encoder => {
  let header = wavHeader(target);
  const withHeader = (sound: Buffer): Buffer => {
    const all = header.length === 0 ? sound : Buffer.concat([header, sound]);
    header = Buffer.alloc(0);
    return all;
  };
  return {
    push: (samples) => {
      const sound = Buffer.alloc(samples.length * bytesPerSample);
      for (let n = 0; n < samples.length; n += 1) sound.writeInt16LE(samples[n] ?? 0, n * bytesPerSample);
      return withHeader(sound);
    },
    end: () => withHeader(Buffer.alloc(0)),
  };
};

const mp3Encoder = async ({ sampleRate }: Target, bitrate: NonNullable<Target['kilobits']>): Promise<Encoder> => {
  const encoder = await createMp3Encoder();
  encoder.configure({ channels: 1, sampleRate, outputSampleRate: sampleRate, bitrate });
  return {
    push: (samples) => {
      const sound = new Float32Array(samples.length);
      for (let n = 0; n < samples.length; n += 1) sound[n] = (samples[n] ?? 0) / 32_768;
      // Copied: the encoder writes its next answer into the same memory.
      return Buffer.from(encoder.encode([sound]));
    },
    end: () => Buffer.from(encoder.finalize()),
  };
};

/** Opens the encoder for a target. */
export const openEncoder = (target: Target): Promise<Encoder> | Encoder =>
  target.kilobits === null ? wavEncoder(target) : mp3Encoder(target, target.kilobits);
