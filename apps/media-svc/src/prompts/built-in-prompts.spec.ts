import { promptLanguages } from '@aftertone/contracts';
import { expect, it } from 'vitest';
import { builtInPrompt, isEnglishInstead, promptKeys, spokenLanguage } from './built-in-prompts.ts';

it('gives the file and the text of a clip', () => {
  expect(builtInPrompt('fr', 'vm-goodbye')).toEqual({
    text: 'Au revoir.',
    file: expect.stringMatching(/media-svc.prompts.fr.vm-goodbye\.wav$/),
  });
  expect(builtInPrompt('zh', 'digit/1')).toMatchObject({ text: '幺', file: expect.stringMatching(/zh.digit.1\.wav$/) });
});

it('gives nothing where a language has nothing to say', () => {
  expect(builtInPrompt('ja', 'vm-from-pre')).toBeNull();
  expect(builtInPrompt('ja', 'vm-from-post')).not.toBeNull();
});

it('refuses a language and a key that it does not know', () => {
  expect(() => builtInPrompt('tlh', 'vm-goodbye')).toThrow(
    expect.objectContaining({ kind: 'not-found', code: 'prompt-language-not-found' }),
  );
  for (const language of ['fr-CA', 'FR', 'fr_FR']) {
    expect(() => builtInPrompt(language, 'vm-goodbye')).toThrow(/ Change fr, which is heard there\.$/);
  }
  for (const key of ['vm-hello', 'num/100', '../fr/vm-goodbye', '__proto__']) {
    expect(() => builtInPrompt('en', key)).toThrow(
      expect.objectContaining({ kind: 'not-found', code: 'prompt-not-found' }),
    );
  }
});

it('lists every clip in the order of the manifests', () => {
  const keys = promptKeys();
  expect(keys).toHaveLength(52 + 100 + 10);
  expect([keys[0], keys[52], keys[151], keys[152], keys.at(-1)]).toEqual([
    'vm-greeting-default',
    'num/0',
    'num/99',
    'digit/0',
    'digit/9',
  ]);
});

it('speaks English to whom it cannot speak in their language', () => {
  expect(promptLanguages.map(spokenLanguage)).toEqual([...promptLanguages]);
  expect(spokenLanguage('tlh')).toBe('en');
  expect(['fr-CA', 'tlh-US', 'es-419', 'zh-Hant'].map(spokenLanguage)).toEqual(['fr', 'en', 'es', 'zh']);
  expect(['en', 'en-GB', 'fr-CA', 'tlh', 'constructor'].map(isEnglishInstead)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});
