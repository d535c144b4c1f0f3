import { Readable } from 'node:stream';
import { convert, openEncoder, type StoredSound, type Target, targetOf } from '@aftertone/media-svc/conversion';
import type { Bench } from '../bench.ts';
import { percentile } from '../figures.ts';
import { containers } from './container-sound.ts';
import { measureReading, type ReadRow, read, secondsOf } from './reading.ts';
import { mulawFile, pcmFile } from './wav-sound.ts';

interface AudioRow {
  what: string;
  /** Seconds of sound in a second, one conversion at a time. */
  realTimes: number;
  /** The same of the encoder alone, given samples that are ready. */
  encoderRealTimes: number;
  /** Milliseconds until a message of ten seconds is converted, from the start of its thread. */
  message: { p50: number; p99: number };
  /** Bytes of a minute, before and after. */
  minute: { stored: number; converted: number };
}

interface Case {
  what: string;
  format: 'wav' | 'mp3';
  /** The stored file of about so many seconds. */
  stored: (seconds: number) => Stored | Promise<Stored>;
}

interface Stored {
  file: Buffer;
  sound: StoredSound;
}

const rates = { narrow: 24, wide: 32 } as const;
const pieceBytes = 64 * 1024;
const shortSeconds = 10;
const longSeconds = 120;

const madeOf =
  (sound: Omit<StoredSound, 'durationMs'>, file: (seconds: number) => Buffer) =>
  (seconds: number): Stored => ({ file: file(seconds), sound: { ...sound, durationMs: seconds * 1000 } });

const pcm = (sampleRate: number, channels: number) =>
  madeOf({ contentType: 'audio/wav', codec: 'pcm_s16le', sampleRate, channels }, (seconds) =>
    pcmFile({ seconds, sampleRate, channels }),
  );
const mulaw = madeOf({ contentType: 'audio/wav', codec: 'pcm_mulaw', sampleRate: 8_000, channels: 1 }, mulawFile);
/** Made with what is measured here. */
const mp3 = async (seconds: number): Promise<Stored> => {
  const file = await run(pcm(16_000, 1)(seconds), 'mp3');
  return {
    file,
    sound: { contentType: 'audio/mpeg', codec: 'mp3', sampleRate: 16_000, channels: 1, durationMs: seconds * 1000 },
  };
};
const container =
  ({ type, file: make }: (typeof containers)[number]) =>
  async (seconds: number): Promise<Stored> => {
    const file = make(seconds);
    return { file, sound: await read(type, file) };
  };

const cases: readonly Case[] = [
  { what: 'µ-law 8 kHz to MP3', format: 'mp3', stored: mulaw },
  { what: 'PCM 16 kHz to MP3', format: 'mp3', stored: pcm(16_000, 1) },
  { what: 'PCM 48 kHz stereo to MP3', format: 'mp3', stored: pcm(48_000, 2) },
  { what: 'µ-law 8 kHz to WAV', format: 'wav', stored: mulaw },
  { what: 'PCM 48 kHz stereo to WAV', format: 'wav', stored: pcm(48_000, 2) },
  { what: 'MP3 16 kHz to WAV', format: 'wav', stored: mp3 },
  ...containers.map((one): Case => ({ what: `${one.what} to MP3`, format: 'mp3', stored: container(one) })),
];

const targetFor = (sound: StoredSound, format: 'wav' | 'mp3'): Target => {
  const target = targetOf(format, sound, rates);
  if (target === null) throw new Error('nothing to convert');
  return target;
};

const run = async ({ file, sound }: Stored, format: 'wav' | 'mp3'): Promise<Buffer> => {
  const pieces = Array.from({ length: Math.ceil(file.length / pieceBytes) }, (_, n) =>
    file.subarray(n * pieceBytes, (n + 1) * pieceBytes),
  );
  const order = { sound: { ...sound, bytes: file.length }, target: targetFor(sound, format) };
  const converted: Buffer[] = [];
  for await (const piece of convert(Readable.from(pieces), order, new AbortController().signal)) converted.push(piece);
  return Buffer.concat(converted);
};

const encoderAlone = async (target: Target): Promise<number> => {
  const encoder = await openEncoder(target);
  const second = Int16Array.from({ length: target.sampleRate }, (_, n) => 8_000 * Math.sin(n * 0.35));
  return secondsOf(async () => {
    for (let at = 0; at < target.samples; at += second.length) encoder.push(second);
    encoder.end();
  });
};

const measure = async ({ what, format, stored }: Case, seconds: number): Promise<AudioRow> => {
  const long = await stored(longSeconds);
  const longest = long.sound.durationMs / 1000;
  const spent = await secondsOf(() => run(long, format));
  const target = targetFor(long.sound, format);
  const short = await stored(shortSeconds);
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) times.push(1000 * (await secondsOf(() => run(short, format))));
  times.sort((a, b) => a - b);
  return {
    what,
    realTimes: longest / spent,
    encoderRealTimes: longest / (await encoderAlone(target)),
    message: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    minute: { stored: (60 * long.file.length) / longest, converted: (60 * target.bytes) / longest },
  };
};

/** How fast recordings are converted, one at a time. */
const benchAudio = async ({ seconds }: { seconds: number }): Promise<AudioRow[]> => {
  const rows: AudioRow[] = [];
  for (const one of cases) rows.push(await measure(one, seconds));
  return rows;
};

const benchReadings = async ({ seconds }: { seconds: number }): Promise<ReadRow[]> => {
  const rows: ReadRow[] = [];
  for (const one of containers) rows.push(await measureReading(one, { seconds, longSeconds, shortSeconds }));
  return rows;
};

export const audio: Bench = {
  name: 'audio',
  measures: 'recordings read and converted one at a time',
  repeats: 'whole',
  run: async ({ seconds }) => [
    {
      title: 'Audio: recordings converted one at a time, each in a thread of its own',
      columns: ['', 'x real time', 'encoder alone', '10 s message: p50 ms', 'p99 ms', 'kB a minute', 'converted'].map(
        (head) => ({ head }),
      ),
      rows: (await benchAudio({ seconds })).map((row) => [
        row.what,
        ...[row.realTimes, row.encoderRealTimes, row.message.p50, row.message.p99],
        ...[row.minute.stored / 1000, row.minute.converted / 1000],
      ]),
    },
    {
      title: 'Audio: what phones and browsers record, read at ingest one at a time, each in a thread of its own',
      columns: ['', 'x real time', 'decoder alone', 'ffmpeg', '10 s message: p50 ms', 'p99 ms'].map((head) => ({
        head,
      })),
      rows: (await benchReadings({ seconds })).map((row) => [
        row.what,
        ...[row.realTimes, row.decoderRealTimes, row.ffmpegRealTimes ?? 'not here', row.message.p50, row.message.p99],
      ]),
    },
  ],
};
