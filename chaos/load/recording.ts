import { createHash, randomFillSync } from 'node:crypto';

export interface Recording {
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
}

const RATE = 8_000;
const HEADER = 44;

/** A WAV of noise (8 kHz, 16 bit, mono) that no other recording equals. */
export const recording = (seconds: number): Recording => {
  const sound = Math.round(seconds * RATE) * 2;
  const file = Buffer.alloc(HEADER + sound);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(sound, 40);
  randomFillSync(file, HEADER);
  const bytes = new Uint8Array(file);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};
