import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { anyLanguage, type PromptLanguage, promptLanguages } from '@aftertone/contracts';
import { notFound } from '@aftertone/kernel';

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

/** `fr` of `fr-CA`, as BCP 47 writes it; null where Aftertone does not speak it. */
const languageOf = (wished: string): PromptLanguage | null => {
  const [base = ''] = wished.split('-');
  return isPromptLanguage(base) ? base : null;
};

/** The language that is spoken to whom `wished` is set for: English where Aftertone does not speak theirs. */
export const spokenLanguage = (wished: string): PromptLanguage => languageOf(wished) ?? 'en';

/** Whether that is English only because theirs is not spoken. */
export const isEnglishInstead = (wished: string): boolean => languageOf(wished) === null;

/** Every clip, the same in all languages: sentences, then `num/0` to `num/99`, then `digit/0` to `digit/9`. */
export const promptKeys = (): string[] => [...textsOf('en').keys()];

const unknownLanguage = (language: string) => {
  const there = `There are no prompts in ${language}; there are some in ${promptLanguages.join(', ')}.`;
  const heard = languageOf(anyLanguage.safeParse(language).data ?? '');
  return notFound(
    'prompt-language-not-found',
    heard === null ? there : `${there} Change ${heard}, which is heard there.`,
  );
};

/** The numbers are told as what they are: there are a hundred and ten. */
const unknownKey = (key: string) => {
  const sentences = promptKeys().filter((known) => !known.includes('/'));
  return notFound(
    'prompt-not-found',
    `There is no prompt ${key}; there are num/0 to num/99, digit/0 to digit/9, ${sentences.join(', ')}.`,
  );
};

/**
 * One clip; null where this language has nothing to say (Japanese names a caller without a word before it).
 * @throws DomainError `prompt-language-not-found` or `prompt-not-found`
 */
export const builtInPrompt = (language: string, key: string): BuiltInPrompt | null => {
  if (!isPromptLanguage(language)) throw unknownLanguage(language);
  const text = textsOf(language).get(key);
  if (text === undefined) throw unknownKey(key);
  return text === '' ? null : { text, file: fileURLToPath(new URL(`${language}/${key}.wav`, folder)) };
};
