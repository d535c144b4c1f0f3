import { expect, it } from 'vitest';
import { busRights } from './rights.ts';

const given = (allow: string[], deny: string[] = [], publish: string[] = []) =>
  busRights({ subscribe: { allow, deny }, publish });

it('hands on what is allowed and denied, in a fixed order', () => {
  expect(given(['evt.t.b.>', 'evt.t.*.a'], ['evt.t.b.c'], ['$JS.ACK.*.c.>'])).toEqual({
    subscribe: { allow: ['evt.t.*.a', 'evt.t.b.>'], deny: ['evt.t.b.c'] },
    publish: { allow: ['$JS.ACK.*.c.>'], deny: [] },
  });
});

it('says that nothing is allowed where nothing is: the server takes silence for everything', () => {
  expect(given([])).toEqual({ subscribe: { allow: [], deny: ['>'] }, publish: { allow: [], deny: ['>'] } });
});

it.each(['', 'a..b', '.a', 'a.', 'a.>.b', 'a.b*', 'a.>b', 'a b', 'a"b', 'a\\b', 'a\nb', 'a\u0000b'])(
  'takes no subject such as %j, wherever it stands',
  (odd) => {
    expect(given(['a', odd])).toBeNull();
    expect(given(['a'], [odd])).toBeNull();
    expect(given(['a'], [], [odd])).toBeNull();
  },
);
