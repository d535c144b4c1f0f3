import { maxSampleRate, minSampleRate } from '../audio-facts.ts';
import { audioNotRecognised } from '../refusals.ts';
import { alawSamples, mulawSamples, type SampleReader } from './samples.ts';

/** How the samples of a WAV file are written. */
export interface WavFormat {
  codec: string;
  channels: number;
  sampleRate: number;
  bytesPerSample: number;
  sample: SampleReader;
}

const tagPcm = 1;
const tagAlaw = 6;
const tagMulaw = 7;
const tagExtensible = 0xfffe;

/** Bytes 2 to 15 of every sub-format that stands for a format tag (KSDATAFORMAT_SUBTYPE_*). */
const subFormatTail = Buffer.from('000000001000800000aa00389b71', 'hex');

const maxChannels = 8;

/** Reads a `fmt ` chunk. @throws DomainError `audio-not-recognised` when it is wrong or its codec is not kept. */
export const readWavFormat = (chunk: Buffer): WavFormat => {
  if (chunk.length < 16) throw audioNotRecognised('its format chunk is too short');
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const blockAlign = chunk.readUInt16LE(12);
  const bits = chunk.readUInt16LE(14);
  if (channels < 1 || channels > maxChannels) throw audioNotRecognised(`it has ${channels} channels`);
  if (sampleRate < minSampleRate || sampleRate > maxSampleRate)
    throw audioNotRecognised(`its sample rate is ${sampleRate}`);
  const coding = sampleCoding(formatTag(chunk), bits);
  if (blockAlign !== channels * coding.bytesPerSample) throw audioNotRecognised('its block size does not fit');
  return { channels, sampleRate, ...coding };
};

const formatTag = (chunk: Buffer): number => {
  const tag = chunk.readUInt16LE(0);
  if (tag !== tagExtensible) return tag;
  if (chunk.length < 40 || !chunk.subarray(26, 40).equals(subFormatTail)) {
    throw audioNotRecognised('its extensible format is unknown');
  }
  return chunk.readUInt16LE(24);
};

const sampleCoding = (tag: number, bits: number): Pick<WavFormat, 'codec' | 'bytesPerSample' | 'sample'> => {
  switch (`${tag}/${bits}`) {
    case `${tagPcm}/8`:
      return { codec: 'pcm_u8', bytesPerSample: 1, sample: (bytes, at) => ((bytes[at] ?? 128) - 128) / 128 };
    case `${tagPcm}/16`:
      return { codec: 'pcm_s16le', bytesPerSample: 2, sample: (bytes, at) => bytes.readInt16LE(at) / 2 ** 15 };
    case `${tagPcm}/24`:
      return { codec: 'pcm_s24le', bytesPerSample: 3, sample: (bytes, at) => bytes.readIntLE(at, 3) / 2 ** 23 };
    case `${tagMulaw}/8`:
      return { codec: 'pcm_mulaw', bytesPerSample: 1, sample: (bytes, at) => mulawSamples[bytes[at] ?? 0] ?? 0 };
    case `${tagAlaw}/8`:
      return { codec: 'pcm_alaw', bytesPerSample: 1, sample: (bytes, at) => alawSamples[bytes[at] ?? 0] ?? 0 };
    default:
      throw audioNotRecognised(`WAV format ${tag} with ${bits} bits is not kept (PCM 8, 16, 24, µ-law and A-law are)`);
  }
};
