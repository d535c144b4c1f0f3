import { rmSync, writeFileSync } from 'node:fs';
import { DomainError } from '@aftertone/kernel';
import fc from 'fast-check';
import { containerTypeOf } from '../audio/container/container-type.ts';
import { readSoundFile } from '../audio/container/read-sound-file.ts';
import { SoundFile } from '../audio/container/sound-file.ts';
import { openSource } from '../audio/conversion/sound-source.ts';
import { looksLikeMp3 } from '../audio/mp3/mp3-probe.ts';
import { type DamagedFile, damagedFile } from './damaged-file.ts';

// Gives CASES damaged files (by SEED) to the decoders, all in this process and without the threads that would end them
// at last, and prints what became of them as JSON. CASE_FILE holds the one at work: whoever finds this dead or silent
// finds it there.
const { CASES = '1000', SEED = '1', CASE_FILE = '' } = process.env;
const cases = Number(CASES);
const outcome = { cases, heard: 0, refused: 0, slowestMs: 0, growthMegabytes: 0 };

/** A minute of sound is more than any of them has: of one that promises years, it is enough. */
const limits = { maxSeconds: 60, maxComputingSeconds: 60 };

const read = async ({ bytes, pieceBytes }: DamagedFile): Promise<void> => {
  const container = containerTypeOf(bytes.subarray(0, 12));
  if (container !== null) {
    const file = new SoundFile(container, bytes.length);
    file.write(bytes);
    await readSoundFile(file, container, limits).finally(() => file.close());
    return;
  }
  const source = await openSource(looksLikeMp3(bytes) ? 'audio/mpeg' : 'audio/wav', bytes.length);
  for (let at = 0; at < bytes.length; at += pieceBytes) source.push(bytes.subarray(at, at + pieceBytes));
  for await (const _ of source.end());
};

const tryOne = async (file: DamagedFile): Promise<void> => {
  if (CASE_FILE !== '') writeFileSync(CASE_FILE, file.bytes);
  const began = performance.now();
  try {
    await read(file);
    outcome.heard += 1;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    outcome.refused += 1;
  }
  outcome.slowestMs = Math.max(outcome.slowestMs, Math.round(performance.now() - began));
};

const batch = 100;
/** Until code is compiled and heaps have their size. */
const warmUp = Math.min(1_000, cases / 2);
const memory = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss();
};

let before = 0;
for (let done = 0; done < cases; done += batch) {
  if (before === 0 && done >= warmUp) before = memory();
  const many = Math.min(batch, cases - done);
  for (const file of fc.sample(damagedFile, { seed: Number(SEED) + done, numRuns: many })) await tryOne(file);
  if (done % 10_000 === 0) console.error(`${done} of ${cases}`);
}
outcome.growthMegabytes = Math.round((memory() - before) / 2 ** 20);
if (CASE_FILE !== '') rmSync(CASE_FILE);
console.log(JSON.stringify(outcome));
