import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { promptLanguages } from '@aftertone/contracts';
import { wavHeaderBytes } from '../audio/conversion/target.ts';
import type { PlayedMedia } from '../playback/answer-head.ts';
import { builtInPrompt, promptKeys } from './built-in-prompts.ts';

/** The audio of a built-in clip: what every tenant has like a recording of its own, under a lasting id. */
export interface BuiltInAudio extends PlayedMedia {
  mediaId: string;
  file: string;
  contentType: 'audio/wav';
  codec: 'pcm_s16le';
  sampleRate: 8_000;
  channels: 1;
  durationMs: number;
}

/** The same in every process, and nobody's random one: version 8 (RFC 9562). */
const idOf = (language: string, key: string): string => {
  const hex = createHash('sha256').update(`aftertone prompt ${language} ${key}`).digest('hex');
  const [a, b, c, d, e] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 15), hex.slice(15, 18), hex.slice(18, 30)];
  return `${a}-${b}-8${c}-8${d}-${e}`;
};

const read = (mediaId: string, file: string): BuiltInAudio => {
  const content = readFileSync(file);
  return {
    mediaId,
    file,
    contentType: 'audio/wav',
    codec: 'pcm_s16le',
    sampleRate: 8_000,
    channels: 1,
    durationMs: Math.round((content.length - wavHeaderBytes) / 16),
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    storedAt: statSync(file).mtime,
  };
};

/** Files never change while a process runs: each that was asked for is read once. */
const known = new Map<string, BuiltInAudio>();

const audioOf = (mediaId: string, file: string): BuiltInAudio => {
  const audio = known.get(mediaId) ?? read(mediaId, file);
  known.set(mediaId, audio);
  return audio;
};

/**
 * Null where the language has nothing to say.
 * @throws DomainError `prompt-language-not-found` or `prompt-not-found`
 */
export const builtInAudio = (language: string, key: string): BuiltInAudio | null => {
  const clip = builtInPrompt(language, key);
  return clip === null ? null : audioOf(idOf(language, key), clip.file);
};

let files: ReadonlyMap<string, string> | undefined;

const allFiles = (): ReadonlyMap<string, string> =>
  new Map(
    promptLanguages.flatMap((language) =>
      promptKeys().flatMap((key) => {
        const clip = builtInPrompt(language, key);
        return clip === null ? [] : [[idOf(language, key), clip.file] as const];
      }),
    ),
  );

/** Undefined for every id that is no built-in clip's. */
export const builtInAudioById = (mediaId: string): BuiltInAudio | undefined => {
  files ??= allFiles();
  const file = files.get(mediaId);
  return file === undefined ? undefined : audioOf(mediaId, file);
};
