import { expect, it } from 'vitest';
import { keepsMs } from './observe-stream.ts';

/** As a server tells them that has none; nanoseconds. */
const unbounded = { max_age: 0, max_bytes: -1, max_msgs: -1, max_msgs_per_subject: -1 };
const aDay = { ...unbounded, max_age: 86_400 * 1e9 };

it('is how long a stream keeps events whatever happens', () => {
  expect(keepsMs(aDay)).toBe(86_400_000);
  expect(keepsMs(unbounded)).toBe(Number.POSITIVE_INFINITY);
});

it.each(['max_bytes', 'max_msgs', 'max_msgs_per_subject'] as const)(
  'is no time at all where there is a %s',
  (bound) => {
    expect(keepsMs({ ...aDay, [bound]: 1_000 })).toBe(0);
  },
);
