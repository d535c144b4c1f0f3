import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Readings, SoundFile, type StoredSound } from '@aftertone/media-svc/conversion';
import { percentile } from '../figures.ts';
import type { containers } from './container-sound.ts';

type Container = (typeof containers)[number];

export interface ReadRow {
  what: string;
  /** Seconds of sound in a second, one file at a time. */
  realTimes: number;
  /** The same of the decoder alone, without a thread and without listening to what it says. */
  decoderRealTimes: number;
  /** The same of ffmpeg, one thread, with the start of its process; null where there is none. */
  ffmpegRealTimes: number | null;
  /** Milliseconds until a message of ten seconds is read, from the start of its thread. */
  message: { p50: number; p99: number };
}

export const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

const readings = new Readings({ atOnce: 1, waiting: 0 });

/** As an upload is read. */
export const read = (type: Container['type'], file: Buffer): Promise<StoredSound> =>
  readings.read(type, { bytes: file.length, read: () => [file] }, { maxSeconds: null });

const decode = async (type: Container['type'], bytes: Buffer): Promise<void> => {
  const file = new SoundFile(type, bytes.length);
  file.write(bytes);
  await file.open();
  for (const _ of file.pieces());
  file.close();
};

const run = promisify(execFile);

/** Null where there is no ffmpeg. */
const ffmpegSeconds = async (file: Buffer): Promise<number | null> => {
  const folder = await mkdtemp(join(tmpdir(), 'aftertone-bench-'));
  try {
    const path = join(folder, 'sound');
    await writeFile(path, file);
    return await secondsOf(() => run('ffmpeg', ['-v', 'quiet', '-threads', '1', '-i', path, '-f', 'null', '-']));
  } catch {
    return null;
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const measureReading = async (
  { what, type, file }: Container,
  { seconds, longSeconds, shortSeconds }: Record<'seconds' | 'longSeconds' | 'shortSeconds', number>,
): Promise<ReadRow> => {
  const [long, short] = [file(longSeconds), file(shortSeconds)];
  const sound = (await read(type, long)).durationMs / 1000;
  const [whole, decoder, ffmpeg] = [
    await secondsOf(() => read(type, long)),
    await secondsOf(() => decode(type, long)),
    await ffmpegSeconds(long),
  ];
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) times.push(1000 * (await secondsOf(() => read(type, short))));
  times.sort((a, b) => a - b);
  return {
    what,
    realTimes: sound / whole,
    decoderRealTimes: sound / decoder,
    ffmpegRealTimes: ffmpeg === null ? null : sound / ffmpeg,
    message: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
  };
};
