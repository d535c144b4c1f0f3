import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import type { Words } from './words.ts';
import { zh } from './zh.ts';

const known: ReadonlyMap<string, Words> = new Map(Object.entries({ en, de, es, fr, ja, zh }));

export const builtInLanguages: readonly string[] = [...known.keys()];

/** What is spoken where a language has no words. */
export const defaultLanguage = 'en';

/** `fr` of `fr-CA`. */
export const baseOf = (language: string): string => language.split('-')[0] ?? language;

export const isBuiltInLanguage = (language: string): boolean => known.has(baseOf(language));

/** The words of a language tag such as `fr-CA`; English for languages that nobody has translated yet. */
export const wordsFor = (language: string): Words => known.get(baseOf(language)) ?? en;
