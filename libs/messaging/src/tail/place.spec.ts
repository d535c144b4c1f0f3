import { describe, expect, it } from 'vitest';
import { type Place, placeAfter, startOf, wasSeen } from './place.ts';

const stream = { createdAt: 'monday', firstSequence: 1, lastSequence: 40 };
const place: Place = {
  createdAt: 'monday',
  sequence: 30,
  last: { position: 12, part: 0 },
  seenUntil: undefined,
};

describe('where a tail goes on', () => {
  it('is the end of a stream that it sees for the first time', () => {
    expect(startOf(stream, undefined, false)).toMatchObject({ sequence: 41, gap: true });
  });

  it('is the beginning of a stream that was made after it began', () => {
    expect(startOf(stream, undefined, true)).toMatchObject({ sequence: 1, gap: true });
  });

  it('is behind the last event it has seen', () => {
    expect(startOf(stream, place, false)).toEqual({ sequence: 31, place, gap: false });
  });

  it('may be after a gap when the bus has dropped what comes next', () => {
    expect(startOf({ ...stream, firstSequence: 31 }, place, false).gap).toBe(false);
    expect(startOf({ ...stream, firstSequence: 32 }, place, false).gap).toBe(true);
  });

  it('is where a stream ends that lost its end', () => {
    expect(startOf({ ...stream, lastSequence: 25 }, place, false)).toMatchObject({ sequence: 26, gap: false });
  });

  it('is the beginning of a stream that was made anew, without what was seen', () => {
    const start = startOf({ ...stream, createdAt: 'tuesday' }, place, false);
    expect(start).toMatchObject({ sequence: 1, gap: true });
    const at = (position: number, part: number) => ({ sequence: 3, position, part });
    expect([at(11, 2), at(12, 0), at(12, 1), at(13, 0)].map((event) => wasSeen(start.place, event))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(placeAfter(start.place, at(11, 2))).toMatchObject({ sequence: 3, last: { position: 12, part: 0 } });
    expect(placeAfter(start.place, at(13, 0))).toMatchObject({ sequence: 3, last: { position: 13, part: 0 } });
  });
});
