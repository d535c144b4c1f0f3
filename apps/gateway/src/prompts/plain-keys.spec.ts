import { expect, it } from 'vitest';
import { withPlainKeys } from './plain-keys.ts';

it.each([
  ['/v1/prompts/en/num/7', '/v1/prompts/en/num%2F7'],
  ['/v1/prompts/fr-CA/digit/0/audio?format=mp3', '/v1/prompts/fr-CA/digit%2F0/audio?format=mp3'],
  ['/v1/prompts/en/num/99?x=/v1/prompts/en/num/1', '/v1/prompts/en/num%2F99?x=/v1/prompts/en/num/1'],
  ['/v1/prompts/en/num/-1', '/v1/prompts/en/num%2F-1'],
  ['/v1/prompts/en/num/1.5/audio', '/v1/prompts/en/num%2F1.5/audio'],
  ['/v1/prompts/en/num/audio', '/v1/prompts/en/num%2Faudio'],
])('%s means %s', (url, meant) => expect(withPlainKeys(url)).toBe(meant));

it.each([
  '/v1/prompts/en/num%2F7',
  '/v1/prompts/en/num%2F7/audio',
  '/v1/prompts/en/vm-goodbye/audio',
  '/v1/prompts?language=en/num/7',
  '/v1/prompts/en/num/',
  '/v1/messages/en/num/7',
  '/v1/prompts/en/vm-at/num/7',
])('%s stays what it is', (url) => expect(withPlainKeys(url)).toBe(url));
