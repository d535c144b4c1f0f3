export interface PcmOptions {
  seconds: number;
  sampleRate: number;
  channels: number;
}

const wav = (sound: Buffer, format: { tag: number; bits: number; sampleRate: number; channels: number }): Buffer => {
  const header = Buffer.alloc(44);
  const { tag, bits, sampleRate, channels } = format;
  const blockAlign = (channels * bits) / 8;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + sound.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(tag, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * blockAlign, 28);
  header.writeUInt16LE(blockAlign, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(sound.length, 40);
  return Buffer.concat([header, sound]);
};

/** Something like a voice: a falling tone with overtones that comes and goes three times a second. */
const voice = (seconds: number): number => {
  const loudness = 0.3 * Math.max(0, Math.sin(6 * Math.PI * seconds));
  const phase = 2 * Math.PI * (180 - 40 * (seconds % 1)) * seconds;
  return loudness * (Math.sin(phase) + 0.5 * Math.sin(3 * phase) + 0.25 * Math.sin(7 * phase + 1));
};

/** A WAV file of 16 bits. */
export const pcmFile = ({ seconds, sampleRate, channels }: PcmOptions): Buffer => {
  const sound = Buffer.alloc(seconds * sampleRate * channels * 2);
  for (let n = 0; n < seconds * sampleRate; n += 1) {
    const value = Math.round(32_767 * voice(n / sampleRate));
    for (let c = 0; c < channels; c += 1) sound.writeInt16LE(value, 2 * (n * channels + c));
  }
  return wav(sound, { tag: 1, bits: 16, sampleRate, channels });
};

/** A WAV file of a telephone call: G.711 µ-law, 8 kHz. */
export const mulawFile = (seconds: number): Buffer => {
  const sound = Buffer.alloc(seconds * 8_000);
  for (const n of sound.keys()) {
    const value = Math.round(32_767 * voice(n / 8_000));
    const magnitude = Math.min(Math.abs(value), 32_635) + 132;
    const exponent = Math.floor(Math.log2(magnitude)) - 7;
    sound[n] = ~((value < 0 ? 0x80 : 0) | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
  }
  return wav(sound, { tag: 7, bits: 8, sampleRate: 8_000, channels: 1 });
};
