import fc from 'fast-check';
import { containerFile, containerFiles, mp3File } from './read-audio.ts';
import { riffChunk, tone, wavFile } from './wav-files.ts';

const wav = wavFile({ sound: tone(0.05), before: riffChunk('LIST', Buffer.alloc(9)) });
const files = [wav, mp3File('ffmpeg-16k'), mp3File('id3v2'), ...containerFiles.map(containerFile)];

export interface DamagedFile {
  bytes: Buffer;
  /** In pieces of which it arrives. */
  pieceBytes: number;
}

const place = fc.double({ min: 0, max: 1, noNaN: true });

/** Cuts, overwrites, repeats and removes bytes of a real file, mostly in its headers. */
export const damagedFile: fc.Arbitrary<DamagedFile> = fc
  .record({
    file: fc.constantFrom(...files),
    writes: fc.array(fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 8 })), { maxLength: 6 }),
    cut: fc.option(place),
    repeat: fc.boolean(),
    pieceBytes: fc.integer({ min: 1, max: 5000 }),
  })
  .map(({ file, writes, cut, repeat, pieceBytes }) => {
    const bytes = Buffer.from(file);
    // Cubed, so that most writes hit the headers.
    for (const [where, what] of writes)
      bytes.set(what.subarray(0, bytes.length), Math.floor(where ** 3 * (bytes.length - 8)));
    const part = cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length));
    return { bytes: repeat ? Buffer.concat([part, bytes]) : part, pieceBytes };
  });
