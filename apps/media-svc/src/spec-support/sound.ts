import { MPEGDecoder } from 'mpg123-decoder';

/** Sound as a player would play it. */
export interface Sound {
  sampleRate: number;
  /** Of the first channel, -1 to 1. */
  samples: Float32Array;
}

/** A WAV file of 16 bits as its header describes it. */
export const decodeWav = (file: Buffer): Sound => {
  const bytes = file.readUInt32LE(40);
  const samples = Float32Array.from({ length: bytes / 2 }, (_, n) => file.readInt16LE(44 + 2 * n) / 32_768);
  return { sampleRate: file.readUInt32LE(24), samples };
};

export const decodeMp3 = async (file: Buffer): Promise<Sound> => {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const { channelData, sampleRate, errors } = decoder.decode(file);
  decoder.free();
  const [error] = errors;
  if (error !== undefined) throw new Error(error.message);
  return { sampleRate, samples: channelData[0] ?? new Float32Array() };
};

/** Amplitude of one frequency in a stretch of sound (a Fourier sum over the whole of it, with a Hann window). */
export const amplitudeAt = (hertz: number, { samples, sampleRate }: Sound): number => {
  let [real, imaginary, weight] = [0, 0, 0];
  for (const [n, sample] of samples.entries()) {
    const window = 1 - Math.cos((2 * Math.PI * n) / samples.length);
    const angle = (2 * Math.PI * hertz * n) / sampleRate;
    real += window * sample * Math.cos(angle);
    imaginary += window * sample * Math.sin(angle);
    weight += window;
  }
  return (2 * Math.hypot(real, imaginary)) / weight;
};

/** How far `amplitude` lies above `reference`, in dB. */
export const decibels = (amplitude: number, reference: number): number => 20 * Math.log10(amplitude / reference);

/** A sine of 16 bits. */
export const sine = (hertz: number, { seconds, sampleRate, level = 0.5 }: SineOptions): Int16Array =>
  Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) =>
    Math.round(level * 32_767 * Math.sin((2 * Math.PI * hertz * n) / sampleRate)),
  );

interface SineOptions {
  seconds: number;
  sampleRate: number;
  level?: number;
}
