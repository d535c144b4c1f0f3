/** Test recordings in WAV, made by hand so that every byte of their headers can be wrong on purpose. */
export interface WavOptions {
  sampleRate?: number;
  channels?: number;
  bits?: 8 | 16 | 24;
  /** 1 PCM, 6 A-law, 7 µ-law. */
  tag?: number;
  extensible?: boolean;
  /** Bytes of sound; half a second of a tone unless given. */
  sound?: Buffer;
  /** What the headers say instead of the truth. */
  riffSize?: number;
  dataSize?: number;
  /** Chunks in front of and behind the sound. */
  before?: Buffer;
  after?: Buffer;
}

export const riffChunk = (name: string, content: Buffer, size = content.length): Buffer => {
  const header = Buffer.alloc(8, name, 'latin1');
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, content, Buffer.alloc(content.length % 2)]);
};

/** PCM of a sine at 440 Hz and `level` of full scale. */
export const tone = (seconds: number, { sampleRate = 8000, channels = 1, bits = 16, level = 0.5 } = {}): Buffer => {
  const frames = Math.round(seconds * sampleRate);
  const bytesPerSample = bits / 8;
  const sound = Buffer.alloc(frames * channels * bytesPerSample);
  for (let n = 0; n < frames * channels; n += 1) {
    const value = level * Math.sin((2 * Math.PI * 440 * Math.floor(n / channels)) / sampleRate);
    if (bits === 8) sound.writeUInt8(128 + Math.round(value * 127), n);
    else sound.writeIntLE(Math.round(value * (2 ** (bits - 1) - 1)), n * bytesPerSample, bytesPerSample);
  }
  return sound;
};

const formatChunk = ({
  tag = 1,
  sampleRate = 8000,
  channels = 1,
  bits = 16,
  extensible = false,
}: WavOptions): Buffer => {
  const blockAlign = (channels * bits) / 8;
  const chunk = Buffer.alloc(extensible ? 40 : 16);
  chunk.writeUInt16LE(extensible ? 0xfffe : tag, 0);
  chunk.writeUInt16LE(channels, 2);
  chunk.writeUInt32LE(sampleRate, 4);
  chunk.writeUInt32LE(sampleRate * blockAlign, 8);
  chunk.writeUInt16LE(blockAlign, 12);
  chunk.writeUInt16LE(bits, 14);
  if (extensible) {
    chunk.writeUInt16LE(22, 16);
    chunk.writeUInt16LE(bits, 18);
    chunk.writeUInt16LE(tag, 24);
    chunk.write('000000001000800000aa00389b71', 26, 'hex');
  }
  return riffChunk('fmt ', chunk);
};

export const wavFile = (options: WavOptions = {}): Buffer => {
  const { sampleRate = 8000, channels = 1, bits = 16 } = options;
  const sound = options.sound ?? tone(0.5, { sampleRate, channels, bits });
  const content = Buffer.concat([
    Buffer.from('WAVE'),
    formatChunk(options),
    options.before ?? Buffer.alloc(0),
    riffChunk('data', sound, options.dataSize ?? sound.length),
    options.after ?? Buffer.alloc(0),
  ]);
  return riffChunk('RIFF', content, options.riffSize ?? content.length);
};
