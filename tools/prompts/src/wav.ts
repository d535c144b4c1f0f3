import { type Sound, sampleRate } from './sound.ts';

const headerBytes = 44;
const bytesPerSample = 2;

/** A WAV file of 16-bit PCM, one channel, with the plain header of 44 bytes. */
export function wav(sound: Sound): Buffer {
  const file = Buffer.alloc(headerBytes + sound.length * bytesPerSample);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // one channel
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * bytesPerSample, 28);
  file.writeUInt16LE(bytesPerSample, 32);
  file.writeUInt16LE(8 * bytesPerSample, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(file.length - headerBytes, 40);
  sound.forEach((sample, n) => {
    file.writeInt16LE(Math.round(sample * 0x7fff), headerBytes + n * bytesPerSample);
  });
  return file;
}
