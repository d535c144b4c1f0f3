import { globSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PromptLanguage, promptLanguages } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { readAudio } from '../spec-support/read-audio.ts';
import { decibels, decodeWav } from '../spec-support/sound.ts';
import { builtInPrompt, promptKeys } from './built-in-prompts.ts';

const folder = fileURLToPath(new URL('../../prompts', import.meta.url));
const numbered = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}/${n}`);

/** What the dialogs on the phone say; independent of the manifests, which could lose a clip in all languages. */
const sentences = `
  greeting-default greeting-busy greeting-ext-pre greeting-ext-post instructions press-zero transfer saved too-short
  mailbox-full mailbox-unknown enter-mailbox enter-pin pin-wrong locked goodbye new-none new-one new-pre new-post
  saved-none saved-one saved-pre saved-post main-menu msg-menu message from-pre from-post unknown-caller today yesterday
  days-pre days-post received at hour minute seconds msg-deleted msg-kept no-more confirm-delete all-deleted new-pin
  repeat-pin pin-mismatch pin-weak pin-changed invalid no-input error`;
const keys = [
  ...sentences
    .trim()
    .split(/\s+/)
    .map((name) => `vm-${name}`),
  ...numbered('num', 100),
  ...numbered('digit', 10),
];

/** The clips whose text is `(–)`: nothing is said there. */
const empty: Record<PromptLanguage, string[]> = {
  en: ['vm-from-post', 'vm-days-pre', 'vm-hour', 'vm-minute'],
  zh: ['vm-from-post', 'vm-days-pre', 'vm-at'],
  ja: ['vm-from-pre', 'vm-days-pre', 'vm-at'],
  es: ['vm-from-post', 'vm-hour', 'vm-minute'],
  fr: ['vm-from-post', 'vm-minute'],
};

/** Seconds that a written character takes, least and most. An engine that spells a word out takes longer by far. */
const pace: Record<PromptLanguage, [number, number]> = {
  en: [0.04, 0.13],
  zh: [0.15, 0.3],
  ja: [0.07, 0.22],
  es: [0.05, 0.12],
  fr: [0.035, 0.11],
};
/** A single word of two letters takes its time too. */
const extraSeconds = 0.6;

interface Clip {
  key: string;
  text: string;
  says?: string;
}
interface Manifest {
  speech: { source: string };
  recordings?: { source: string };
  clips: Clip[];
}
const manifest = (language: PromptLanguage): Manifest => JSON.parse(readFileSync(`${folder}/${language}.json`, 'utf8'));

const heard = (sample: number): boolean => Math.abs(sample) > 0.01;

/** What is wrong with the file of a clip. */
const faultsOf = async (file: string, { text, says = text }: Clip, [least, most]: [number, number]) => {
  const bytes = readFileSync(file);
  const { codec, sampleRate, channels } = await readAudio(bytes);
  const { samples } = decodeWav(bytes);
  const seconds = samples.length / sampleRate;
  const peak = decibels(
    samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    1,
  );
  const before = samples.findIndex(heard) / sampleRate;
  const after = seconds - samples.findLastIndex(heard) / sampleRate;
  const rules = {
    'is no WAV file with a plain header':
      bytes.toString('latin1', 8, 16) === 'WAVEfmt ' && bytes.readUInt32LE(16) === 16,
    'has other sizes in its header':
      bytes.readUInt32LE(4) === bytes.length - 8 && samples.length * 2 === bytes.length - 44,
    'is not 16-bit PCM of one channel at 8 kHz': codec === 'pcm_s16le' && sampleRate === 8000 && channels === 1,
    [`has a peak of ${peak} dBFS`]: peak > -20 && peak < -0.9,
    [`begins or ends with silence of ${before} and ${after} s`]: before < 0.3 && after < 0.3,
    [`is too short: ${seconds} s`]: seconds > Math.max(0.2, says.length * least),
    [`is too long: ${seconds} s`]: seconds < Math.min(15, says.length * most + extraSeconds),
  };
  return Object.keys(rules).filter((fault) => !rules[fault as keyof typeof rules]);
};

describe.each(promptLanguages)('in %s', (language) => {
  it('has every clip of every other language, and says nothing only where nothing is to be said', () => {
    expect(manifest(language).clips.map(({ key }) => key)).toEqual(keys);
    expect(keys.filter((key) => builtInPrompt(language, key) === null)).toEqual(empty[language]);
  });

  it('has no file that the manifest does not name', () => {
    const files = globSync(`${folder}/${language}/**`).filter((file) => statSync(file).isFile());
    const named = keys.filter((key) => builtInPrompt(language, key) !== null).map((key) => `${key}.wav`);
    expect(files.map((file) => relative(`${folder}/${language}`, file)).sort()).toEqual(named.sort());
  });

  it('has clips that a phone can play, as loud and as long as their words', async () => {
    const faults: string[] = [];
    for (const clip of manifest(language).clips) {
      const prompt = builtInPrompt(language, clip.key);
      if (prompt === null) continue;
      const found = await faultsOf(prompt.file, clip, pace[language]).catch((error) => [String(error)]);
      faults.push(...found.map((fault) => `${clip.key} ${fault}`));
    }
    expect(faults).toEqual([]);
  });
});

it('names the people who spoke, by package', () => {
  const credits = readFileSync(`${folder}/CREDITS.md`, 'utf8');
  for (const { speech, recordings } of promptLanguages.map(manifest)) {
    expect(credits).toContain(`\`${speech.source}\``);
    if (recordings !== undefined) expect(credits).toContain(`\`${recordings.source}\``);
  }
  expect(readFileSync(`${folder}/LICENSE`, 'utf8')).toContain('Attribution-ShareAlike 3.0');
});

it('is small enough to live in the repository', () => {
  const files = globSync(`${folder}/**`).map((file) => statSync(file));
  expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(20e6);
  expect(promptKeys()).toEqual(keys);
});
