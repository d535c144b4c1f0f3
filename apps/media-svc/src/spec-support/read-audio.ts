import { readFileSync } from 'node:fs';
import type { AudioFacts } from '../audio/audio-facts.ts';
import { openProbe } from '../audio/open-probe.ts';

export type Mp3Sample = 'cbr-mono-8k' | 'vbr-stereo-32k' | 'no-info-tag' | 'id3v1' | 'id3v2' | 'ffmpeg-16k';

/** A real MP3 made by LAME (or ffmpeg) from a tone. */
export const mp3File = (name: Mp3Sample): Buffer => readFileSync(new URL(`./${name}.mp3`, import.meta.url));

/** Probes a whole file that arrives in pieces of `pieceBytes`. */
export const readAudio = async (
  file: Buffer,
  { pieceBytes = 1024, maxSeconds = null as number | null } = {},
): Promise<AudioFacts> => {
  const probe = openProbe({ maxSeconds });
  try {
    for (let at = 0; at < file.length; at += pieceBytes) await probe.push(file.subarray(at, at + pieceBytes));
    return await probe.finish();
  } finally {
    await probe.close();
  }
};
