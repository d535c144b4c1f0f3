import { readFileSync } from 'node:fs';
import type { AudioFacts } from '../audio/audio-facts.ts';
import { Readings } from '../audio/container/readings.ts';
import { openProbe } from '../audio/open-probe.ts';

export type Mp3Sample = 'cbr-mono-8k' | 'vbr-stereo-32k' | 'no-info-tag' | 'id3v1' | 'id3v2' | 'ffmpeg-16k';

/** A real MP3 made by LAME (or ffmpeg) from a tone. */
export const mp3File = (name: Mp3Sample): Buffer => readFileSync(new URL(`./${name}.mp3`, import.meta.url));

/** The same speech as phones and browsers write it (`containers/README.md`). */
export const containerFiles = [
  'phone.m4a',
  'browser.mp4',
  'stream.aac',
  'lossless.m4a',
  'opus-in.mp4',
  'plain.flac',
  'studio.flac',
  'call.ogg',
  'music.ogg',
  'browser.webm',
] as const;
export type ContainerFile = (typeof containerFiles)[number] | 'silence.ogg';

export const containerFile = (name: ContainerFile): Buffer =>
  readFileSync(new URL(`./containers/${name}`, import.meta.url));

/** As a service has them. */
export const readings = new Readings({ atOnce: 2, waiting: 100 });

/** Probes a whole file that arrives in pieces of `pieceBytes`. */
export const readAudio = async (
  file: Buffer,
  { pieceBytes = 1024, maxSeconds = null as number | null } = {},
): Promise<AudioFacts> => {
  const probe = openProbe({ maxSeconds }, readings);
  try {
    for (let at = 0; at < file.length; at += pieceBytes) await probe.push(file.subarray(at, at + pieceBytes));
    return await probe.finish({ bytes: file.length, read: () => [file] });
  } finally {
    await probe.close();
  }
};
