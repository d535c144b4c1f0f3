import { DomainError } from '@aftertone/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { damagedFile } from '../spec-support/damaged-file.ts';
import { readAudio } from '../spec-support/read-audio.ts';

it('says facts or a refusal about whatever it is given, and never hangs', async () => {
  await fc.assert(
    fc.asyncProperty(damagedFile, async ({ bytes, pieceBytes }) => {
      const outcome = await readAudio(bytes, { pieceBytes }).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(DomainError);
        expect(outcome).toMatchObject({
          code: expect.stringMatching(/^audio-(empty|not-recognised|truncated|damaged|too-long)$/),
        });
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
    fc.asyncProperty(damagedFile, async ({ bytes, pieceBytes }) => {
      expect(await inPieces(bytes, pieceBytes)).toEqual(await inPieces(bytes, bytes.length + 1));
    }),
    { numRuns: 60 },
  );
});
