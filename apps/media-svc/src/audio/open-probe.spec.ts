import { DomainError } from '@aftertone/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mp3File, readAudio } from '../spec-support/read-audio.ts';
import { riffChunk, tone, wavFile } from '../spec-support/wav-files.ts';

const wav = wavFile({ sound: tone(0.05), before: riffChunk('LIST', Buffer.alloc(9)) });
const files = [wav, mp3File('ffmpeg-16k'), mp3File('id3v2')];

/** Cuts, overwrites, repeats and removes bytes of a real file, mostly in its headers. */
const damaged = fc
  .record({
    file: fc.constantFrom(...files),
    writes: fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.uint8Array({ minLength: 1, maxLength: 8 })),
      {
        maxLength: 6,
      },
    ),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
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

it('says facts or a refusal about whatever it is given, and never hangs', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async ({ bytes, pieceBytes }) => {
      const outcome = await readAudio(bytes, { pieceBytes }).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(DomainError);
        expect(outcome).toMatchObject({ code: expect.stringMatching(/^audio-(empty|not-recognised|truncated)$/) });
      } else {
        expect(outcome).toMatchObject({ durationMs: expect.any(Number) });
      }
    }),
    { numRuns: 150, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
  );
});

it('says the same however the file is cut into pieces', async () => {
  const inPieces = (bytes: Buffer, pieceBytes: number) =>
    readAudio(bytes, { pieceBytes }).catch((error: DomainError) => error.code);
  await fc.assert(
    fc.asyncProperty(damaged, async ({ bytes, pieceBytes }) => {
      expect(await inPieces(bytes, pieceBytes)).toEqual(await inPieces(bytes, bytes.length + 1));
    }),
    { numRuns: 60 },
  );
});
