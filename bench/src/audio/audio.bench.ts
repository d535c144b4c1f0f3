import { Readable } from 'node:stream';
import { convert, openEncoder, type StoredSound, type Target, targetOf } from '@aftertone/media-svc/conversion';
import type { Bench } from '../bench.ts';
import { percentile } from '../figures.ts';
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
  sound: Omit<StoredSound, 'durationMs'>;
  /** The stored file of so many seconds. */
  file: (seconds: number) => Buffer | Promise<Buffer>;
}

const rates = { narrow: 24, wide: 32 } as const;
const pieceBytes = 64 * 1024;
const shortSeconds = 10;
const longSeconds = 120;

const pcm = (sampleRate: number, channels: number) => ({
  sound: { contentType: 'audio/wav', codec: 'pcm_s16le', sampleRate, channels },
  file: (seconds: number) => pcmFile({ seconds, sampleRate, channels }),
});
const mulaw = {
  sound: { contentType: 'audio/wav', codec: 'pcm_mulaw', sampleRate: 8_000, channels: 1 },
  file: mulawFile,
};
/** Made with what is measured here. */
const mp3 = {
  sound: { contentType: 'audio/mpeg', codec: 'mp3', sampleRate: 16_000, channels: 1 },
  file: async (seconds: number) => {
    const wav = pcm(16_000, 1);
    return run(wav.file(seconds), { ...wav.sound, durationMs: seconds * 1000 }, 'mp3');
  },
};

const cases: readonly Case[] = [
  { what: 'µ-law 8 kHz to MP3', format: 'mp3', ...mulaw },
  { what: 'PCM 16 kHz to MP3', format: 'mp3', ...pcm(16_000, 1) },
  { what: 'PCM 48 kHz stereo to MP3', format: 'mp3', ...pcm(48_000, 2) },
  { what: 'µ-law 8 kHz to WAV', format: 'wav', ...mulaw },
  { what: 'PCM 48 kHz stereo to WAV', format: 'wav', ...pcm(48_000, 2) },
  { what: 'MP3 16 kHz to WAV', format: 'wav', ...mp3 },
];

const targetFor = (sound: StoredSound, format: 'wav' | 'mp3'): Target => {
  const target = targetOf(format, sound, rates);
  if (target === null) throw new Error('nothing to convert');
  return target;
};

const run = async (file: Buffer, sound: StoredSound, format: 'wav' | 'mp3'): Promise<Buffer> => {
  const pieces = Array.from({ length: Math.ceil(file.length / pieceBytes) }, (_, n) =>
    file.subarray(n * pieceBytes, (n + 1) * pieceBytes),
  );
  const order = { sound: { ...sound, bytes: file.length }, target: targetFor(sound, format) };
  const converted: Buffer[] = [];
  for await (const piece of convert(Readable.from(pieces), order, new AbortController().signal)) converted.push(piece);
  return Buffer.concat(converted);
};

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

const encoderAlone = async (target: Target): Promise<number> => {
  const encoder = await openEncoder(target);
  const second = Int16Array.from({ length: target.sampleRate }, (_, n) => 8_000 * Math.sin(n * 0.35));
  return secondsOf(async () => {
    for (let at = 0; at < target.samples; at += second.length) encoder.push(second);
    encoder.end();
  });
};

const measure = async ({ what, format, sound, file }: Case, seconds: number): Promise<AudioRow> => {
  const long = await file(longSeconds);
  const stored = { ...sound, durationMs: longSeconds * 1000 };
  const spent = await secondsOf(() => run(long, stored, format));
  const target = targetFor(stored, format);
  const short = await file(shortSeconds);
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    times.push(1000 * (await secondsOf(() => run(short, { ...sound, durationMs: shortSeconds * 1000 }, format))));
  }
  times.sort((a, b) => a - b);
  return {
    what,
    realTimes: longSeconds / spent,
    encoderRealTimes: longSeconds / (await encoderAlone(target)),
    message: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    minute: { stored: (60 * long.length) / longSeconds, converted: (60 * target.bytes) / longSeconds },
  };
};

/** How fast recordings are converted, one at a time. */
const benchAudio = async ({ seconds }: { seconds: number }): Promise<AudioRow[]> => {
  const rows: AudioRow[] = [];
  for (const one of cases) rows.push(await measure(one, seconds));
  return rows;
};

export const audio: Bench = {
  name: 'audio',
  measures: 'recordings converted one at a time',
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
  ],
};
