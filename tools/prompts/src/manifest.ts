import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the clips and their manifests lie: the service that plays them owns them. */
export const promptsFolder = fileURLToPath(new URL('../../../apps/media-svc/prompts', import.meta.url));

export const languages = ['en', 'zh', 'ja', 'es', 'fr'];

/** What one language says, and how each clip is made. */
export interface Manifest {
  language: string;
  speech: { source: string; voice: string; wordsPerMinute: number };
  recordings?: { source: string; folder: string };
  clips: Clip[];
}

/** Made of `recording` where there is one, else spoken by the engine; a clip whose text is empty has no file. */
export interface Clip {
  /** Its file: `vm-goodbye`, `num/7`. */
  key: string;
  text: string;
  /** What the engine is given, where it is not the text: pinyin, kana, `pin` for a PIN that it would spell. */
  speech?: string;
  recording?: Part[];
  /** Milliseconds between the parts of `recording`. */
  pause?: number;
  /** How much faster the parts are played, at their pitch: words that were read one by one make a slow number. */
  tempo?: number;
  /** The words of the recording where they are not the text. */
  says?: string;
}

/** A recording of the package, or what lies between two seconds of it. */
export type Part = string | { file: string; from?: number; to?: number };

export function readManifest(language: string): Manifest {
  return JSON.parse(readFileSync(`${promptsFolder}/${language}.json`, 'utf8'));
}
