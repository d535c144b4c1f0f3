import { compileAcl, eventAccess } from '@aftertone/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessIndex, type Viewer } from './access-index.ts';

const viewerOf = (acl: readonly string[], userId = 'U', tokenId = 'S', tenantId = 't'): Viewer => ({
  tenantId,
  userId,
  tokenId,
  acl,
  allows: compileAcl(acl, { authId: userId, sessionId: tokenId }),
});

const word = fc.constantFrom('events', 'users', 'U', 'V', 'S', 'me', 'my_session', 'edit', 'update', 'a', 'ab', '');
const odd = fc.constantFrom('*', '#', '**', '*#', 'a*', '*b', '#a', 'a#', 'u*s', 'me*', '*.', 'a*b*');
const pattern = fc
  .record({
    denies: fc.boolean(),
    events: fc.boolean(),
    segments: fc.array(fc.oneof({ weight: 3, arbitrary: word }, { weight: 2, arbitrary: odd }), { maxLength: 5 }),
    tail: fc.constantFrom('', '.#', '.*', '.#.a', '#'),
  })
  .map(({ denies, events, segments, tail }) =>
    [denies ? '!' : '', [...(events ? ['events'] : []), ...segments].join('.'), tail].join(''),
  );
const acl = fc.array(pattern, { maxLength: 5 });
const path = fc
  .array(fc.oneof({ weight: 9, arbitrary: word }, { weight: 1, arbitrary: fc.constantFrom('a#', '*', '#', 'me*') }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((segments) => segments.join('.'));
const viewer = fc
  .record({
    acl,
    userId: fc.constantFrom('U', 'V', 'a', 'a.b', '#', 'events', 'constructor'),
    tokenId: fc.constantFrom('S', 'T'),
  })
  .map((given) => viewerOf(given.acl, given.userId, given.tokenId));

const expected = (viewers: readonly Viewer[], paths: readonly string[]): number[] =>
  [...viewers.keys()].filter((n) => paths.some((one) => viewers[n]?.allows(eventAccess(one))));

describe('the index of rights to events', () => {
  it('finds exactly those whose ACL allows one of the paths, each once', () => {
    fc.assert(
      fc.property(
        fc.array(viewer, { maxLength: 12 }),
        fc.array(fc.array(path, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        (viewers, events) => {
          const index = new AccessIndex<number>();
          for (const [n, one] of viewers.entries()) index.add(one, n);
          for (const paths of events) {
            expect(index.match('t', paths).sort((a, b) => a - b)).toEqual(expected(viewers, paths));
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('forgets those who left, and only them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ viewer, leaves: fc.boolean() }), { maxLength: 12 }),
        fc.array(path, { minLength: 1, maxLength: 3 }),
        (members, paths) => {
          const index = new AccessIndex<number>();
          const leave = members.map((member, n) => index.add(member.viewer, n));
          for (const [n, { leaves }] of members.entries()) if (leaves) leave[n]?.();
          const left = expected(
            members.map((member) => member.viewer),
            paths,
          ).filter((n) => members[n]?.leaves === false);
          expect(index.match('t', paths).sort((a, b) => a - b)).toEqual(left);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('keeps tenants apart and nothing of those who left', () => {
    const index = new AccessIndex<string>();
    const leave = index.add(
      viewerOf(['#', 'events.users.me.#', '!events.x', 'events.a*.#.b'], 'U', 'S', 'one'),
      'mine',
    );
    index.add(viewerOf(['#'], 'U', 'S', 'two'), 'theirs');
    expect(index.match('one', ['users.U.x'])).toEqual(['mine']);
    leave();
    leave();
    expect(index.match('one', ['users.U.x'])).toEqual([]);
    expect(index.match('two', ['users.U.x'])).toEqual(['theirs']);
    expect(index.size).toBe(1);
  });

  it('reads a hostile list without trouble', () => {
    const index = new AccessIndex<string>();
    const hostile = Array.from({ length: 200 }, (_, n) => `events.${'me.edit.*.'.repeat(20)}#${n}#a#b#c`);
    const leave = index.add(viewerOf(hostile), 'hostile');
    const long = Array.from({ length: 100 }, () => 'update').join('.');
    const begun = performance.now();
    expect(index.match('t', [long])).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(1_000);
    leave();
    expect(index.size).toBe(0);
  });
});
