import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { notFound } from '@aftertone/kernel';

/** What a caller can be spoken to in. */
export const promptLanguages = ['en', 'zh', 'ja', 'es', 'fr'] as const;
export type PromptLanguage = (typeof promptLanguages)[number];

/** A clip that comes with Aftertone. */
export interface BuiltInPrompt {
  /** The sense of what is said; a recording may say it in other words. */
  text: string;
  /** Path of its WAV file: 8 kHz, one channel, 16-bit PCM. */
  file: string;
}

/** Beside `src` as beside `dist`. */
const folder = new URL('../../prompts/', import.meta.url);

const read = (language: PromptLanguage): ReadonlyMap<string, string> => {
  const { clips } = JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8'));
  return new Map(clips.map(({ key, text }: { key: string; text: string }) => [key, text]));
};

/** Texts by key, of each language that was asked for. */
const known = new Map<PromptLanguage, ReadonlyMap<string, string>>();

const textsOf = (language: PromptLanguage): ReadonlyMap<string, string> => {
  const texts = known.get(language) ?? read(language);
  known.set(language, texts);
  return texts;
};

const isPromptLanguage = (language: string): language is PromptLanguage =>
  promptLanguages.some((known) => known === language);

/** The language that is spoken to whom `wished` is set for: English where Aftertone does not speak theirs. */
export const spokenLanguage = (wished: string): PromptLanguage => (isPromptLanguage(wished) ? wished : 'en');

/** Every clip, the same in all languages: sentences, then `num/0` to `num/99`, then `digit/0` to `digit/9`. */
export const promptKeys = (): string[] => [...textsOf('en').keys()];

/**
 * One clip; null where this language has nothing to say (Japanese names a caller without a word before it).
 * @throws DomainError `prompt-language-not-found` or `prompt-not-found`
 */
export const builtInPrompt = (language: string, key: string): BuiltInPrompt | null => {
  if (!isPromptLanguage(language)) throw notFound('prompt-language-not-found', `No prompts are spoken in ${language}`);
  const text = textsOf(language).get(key);
  if (text === undefined) throw notFound('prompt-not-found', `There is no prompt ${key}`);
  return text === '' ? null : { text, file: fileURLToPath(new URL(`${language}/${key}.wav`, folder)) };
};
