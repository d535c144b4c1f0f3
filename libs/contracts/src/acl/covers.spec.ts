import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rolePolicies } from '../identity.ts';
import { aclAllows } from './acl.ts';
import { covers, lacking } from './covers.ts';
import { Inclusion, startedSet } from './inclusion.ts';

const who = { authId: 'u1', sessionId: 's1' };
const word = { authId: 'me' };

const part = fc.constantFrom('a', 'b', '.', '.', '*', '#', 'me', 'edit', 'my_session', 'u1', 'update');
const text = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(''));
const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), text), { maxLength: 5 }).map((entries) =>
  // One in four denies.
  entries.map(([n, pattern]) => (n === 0 ? `!${pattern}` : pattern)),
);
const access = fc
  .array(fc.constantFrom('a', 'b', '.', '.', 'me', 'u1', 'edit', 'update', 's1', 'x', '*', '#'), { maxLength: 8 })
  .map((parts) => parts.join(''));

describe('a list that covers another', () => {
  it('allows whatever the other allows', () => {
    fc.assert(
      fc.property(list, list, fc.array(access, { minLength: 20, maxLength: 20 }), (mine, given, tried) => {
        fc.pre(covers(mine, who, given));
        for (const one of tried) {
          if (aclAllows(given, one, word)) expect(aclAllows(mine, one, who), one).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('is told from one that does not by a text that only the other allows', () => {
    const isDenial = (pattern: string) => pattern.startsWith('!');
    const bare = (patterns: string[], denials: boolean) =>
      patterns.filter((one) => isDenial(one) === denials).map((one) => one.replace(/^!/, ''));
    fc.assert(
      fc.property(list, list, (mine, given) => {
        const holding = {
          holds: startedSet({ patterns: bare(mine, false), who }),
          lacks: startedSet({ patterns: bare(mine, true), who }),
          except: startedSet({ patterns: bare(given, true), who: word }),
        };
        const verdicts = bare(given, false).map((pattern) => new Inclusion({ pattern, who: word }, holding).test(1e6));
        const failed = verdicts.find(({ isIncluded }) => !isIncluded);
        expect(failed === undefined).toBe(covers(mine, who, given));
        if (failed === undefined) return;
        const { witness } = failed;
        expect(witness).not.toBeNull();
        expect(aclAllows(given, witness, word)).toBe(true);
        expect(aclAllows(mine, witness, who)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is itself, when nobody in particular is meant, and any list with less', () => {
    fc.assert(
      fc.property(list, list, (mine, more) => {
        const allowing = more.filter((one) => !one.startsWith('!'));
        expect(covers([...mine, ...allowing], word, mine)).toBe(true);
        expect(covers(mine, word, [...mine, ...more.filter((one) => one.startsWith('!'))])).toBe(true);
      }),
    );
  });
});

describe('covers', () => {
  it.each<[string[], string[], boolean]>([
    [['aftertone.#'], ['aftertone.users.*.read', 'aftertone.users.#'], true],
    [['aftertone.users.#'], ['aftertone.#'], false],
    [['aftertone.*.read'], ['aftertone.#.read'], false],
    [['#', '!a.secret'], ['a.*'], false],
    [['#', '!a.secret'], ['a.*', '!a.secret'], true],
    [['#', '!a.secret'], ['a.*', '!a.*'], true],
    [['#', '!a.secret.#'], ['b.#', 'a.b*'], true],
    [['a.*', 'a.*.*'], ['a.#'], false],
    [['a.b.*', 'a.*.c'], ['a.b.c'], true],
    [['a', 'b'], ['a', 'b', '!c'], true],
    [[], [], true],
    [[], ['!#'], true],
    [[], ['a', '!#'], true],
    [[], ['a'], false],
    [['x.edit'], ['x.update', 'x.edit'], true],
    [['x.update'], ['x.edit'], false],
    [['users.me.#'], ['users.me.#'], true],
    [['users.me.#'], ['users.u1.#'], true],
    [['users.me.#'], ['users.u2.#'], false],
    [['users.*.#'], ['users.me.#'], true],
    [['users.*.#', '!users.me.#'], ['users.me.#'], false],
    [['users.*.#', '!users.u1.#'], ['users.*.x', '!users.me.#'], false],
  ])('%j, given %j: %s', (mine, given, expected) => {
    expect(covers(mine, who, given)).toBe(expected);
  });

  it('names what is lacking', () => {
    expect(lacking(['a.#', '!a.b'], who, ['a.c', 'a.*', 'b', '!c'])).toEqual(['a.*', 'b']);
  });

  it('lets administrators give every built-in policy, and users their own', () => {
    expect(covers(rolePolicies.admin, who, rolePolicies.admin)).toBe(true);
    expect(covers(rolePolicies.admin, who, rolePolicies.user)).toBe(true);
    expect(covers(rolePolicies.user, who, rolePolicies.user)).toBe(true);
    expect(covers(rolePolicies.user, who, rolePolicies.admin)).toBe(false);
    expect(covers(['aftertone.users.#'], who, rolePolicies.user)).toBe(false);
  });

  const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const boxes = Array.from({ length: 200 }, (_, n) => `aftertone.mailboxes.${uuid(n)}.#`);

  it.each<[string, string[], string[], boolean]>([
    ['two hundred names', boxes, boxes, true],
    ['two hundred names below one pattern', ['aftertone.mailboxes.*.#'], boxes, true],
    ['names beside a denial', ['#', '!aftertone.users.#'], boxes, true],
    [
      'four thousand names',
      Array.from({ length: 20 }, (_, n) => boxes.map((box) => box.replace('-7000-', `-7${n + 100}-`)))
        .flat()
        .concat(boxes),
      boxes,
      true,
    ],
  ])('knows %s well within its bound', (_, mine, given, expected) => {
    expect(covers(mine, who, given)).toBe(expected);
  });

  const hostile = Array.from({ length: 200 }, (_, n) => `#${'a'.repeat(n % 7)}*b#${'*a#b'.repeat(50)}${n}`);

  it.each<[string, string[], string[]]>([
    ['many #', hostile, hostile],
    ['many # once', [`${'#a*b'.repeat(60)}#`], [`${'#a*a'.repeat(60)}#b`]],
    ['a tail of many characters', [`#a${'*'.repeat(1)}${'.*'.repeat(40)}`], [`#a${'.*'.repeat(41)}`, 'a.#']],
    ['denials', ['#', ...hostile.map((pattern) => `!${pattern}`)], hostile],
  ])('does not think for long about %s', (_, mine, given) => {
    const started = process.cpuUsage();
    expect(covers(mine, who, given)).toBe(false);
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(1_000);
  });
});
