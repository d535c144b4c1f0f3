import { expect, it } from 'vitest';
import { Waiting } from './waiting.ts';
import type { Share } from './work-list.ts';

const share = (only: readonly string[] | null, without: readonly string[] = []): Share => ({
  ...{ limit: 1, retry: false },
  ...{ only, without },
});
const looked = (): Waiting => {
  const waiting = new Waiting();
  waiting.look().found(share(null));
  return waiting;
};

it('knows of nothing before the first look', () => {
  expect(new Waiting().at('a')).toBe(true);
  expect(looked().at('a')).toBe(false);
});

it('knows what was added until a look has found all of it', () => {
  const waiting = looked();
  waiting.add(['a', 'b']);
  const look = waiting.look();
  expect([waiting.at('a'), waiting.at('b'), waiting.at('c')]).toEqual([true, true, false]);
  look.found(share(['a']));
  expect([waiting.at('a'), waiting.at('b')]).toEqual([false, true]);
  waiting.look().found(share(null, ['b']));
  expect(waiting.at('b')).toBe(true);
  waiting.look().found(share(null));
  expect(waiting.at('b')).toBe(false);
});

it('keeps what was added while somebody looked', () => {
  const waiting = looked();
  const look = waiting.look();
  waiting.add(['a']);
  look.found(share(null));
  expect(waiting.at('a')).toBe(true);
});
