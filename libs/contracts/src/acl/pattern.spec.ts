import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';

const who = { authId: 'u1', sessionId: 's1' };
const words: Record<string, string> = { me: 'me|u1', my_session: 'my_session|s1', edit: 'edit|update' };

/** The definition in wazo.md section 4 word by word, as a regular expression: right, but open to backtracking. */
const byDefinition = (pattern: string): RegExp => {
  const wildcards: Record<string, string> = { '*': '[^.#]*', '#': '[^]*' };
  const segments = pattern.split('.').map((segment) => {
    const alternatives = words[segment];
    if (alternatives !== undefined) return `(?:${alternatives})`;
    return Array.from(segment, (char) => wildcards[char] ?? char.replace(/\W/, '\\$&')).join('');
  });
  return new RegExp(`^${segments.join('\\.')}$`);
};

const patternText = fc
  .array(fc.constantFrom('a', 'b', '.', '.', '*', '#', 'me', 'my_session', 'edit', '$', '('), { maxLength: 12 })
  .map((parts) => parts.join(''));
const accessText = fc
  .array(fc.constantFrom('a', 'b', '.', '.', '*', '#', 'me', 'u1', 's1', 'edit', 'update', '$', '(', '\n'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

describe('compilePattern', () => {
  it('agrees with the definition', () => {
    fc.assert(
      fc.property(patternText, accessText, (pattern, access) => {
        expect(compilePattern(pattern, who)(access)).toBe(byDefinition(pattern).test(access));
      }),
      { numRuns: 20_000 },
    );
  });

  it('covers what its wildcards are replaced with', () => {
    const part = fc.stringMatching(/^[a-z0-9-]{0,6}$/);
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(patternText, fc.array(part, { minLength: 12, maxLength: 12 }), path, (pattern, runs, paths) => {
        let n = 0;
        const access = pattern.replace(/[*#]/g, (wildcard) => (wildcard === '*' ? (runs[n++ % 12] ?? '') : paths));
        const wordsAfter = access.split('.').some((segment) => ['me', 'my_session', 'edit'].includes(segment));
        const wordsBefore = pattern.split('.').some((segment) => ['me', 'my_session', 'edit'].includes(segment));
        fc.pre(wordsAfter === wordsBefore);
        expect(compilePattern(pattern, who)(access)).toBe(true);
      }),
    );
  });

  it.each<[string, string, string, boolean]>([
    ['one # and one * in each segment', `#${'a*b.'.repeat(2_000)}c`, 'ab.'.repeat(4_000), false],
    ['many #', '#a'.repeat(5_000), `${'a'.repeat(5_000)}b`, false],
    ['many *', '*a'.repeat(3_000), `${'a'.repeat(3_000)}b`, false],
    ['many mixed', `${'*a#b'.repeat(2_000)}c`, 'ab'.repeat(5_000), false],
    ['stars after a #', `#${'*a'.repeat(500)}b`, 'a'.repeat(5_000), false],
    ['many words', `${'me.'.repeat(3_000)}x`, 'u1.'.repeat(3_000), false],
    ['many dots', '#.'.repeat(5_000), '.'.repeat(20_000), true],
    ['only wildcards', '*#'.repeat(20_000), 'x.'.repeat(20_000), true],
  ])('answers at once for %s, thousands of characters long', (_, pattern, access, expected) => {
    const started = process.cpuUsage();
    expect(compilePattern(pattern, who)(access)).toBe(expected);
    const { user } = process.cpuUsage(started);
    expect(user / 1_000).toBeLessThan(3_000); // backtracking would not end within the life of the machine
  });
});
