/** A WAV of `seconds` of a tone: 8 kHz, 16 bit, mono. Every `tone` gives other bytes. */
export const wav = (seconds: number, tone = 440): Uint8Array<ArrayBuffer> => {
  const rate = 8_000;
  const samples = Math.round(seconds * rate);
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n++) {
    file.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * tone * n) / rate)), 44 + n * 2);
  }
  return new Uint8Array(file);
};
