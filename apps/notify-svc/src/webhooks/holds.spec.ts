import { describe, expect, it } from 'vitest';
import { type Hold, heldSince, holdsAfter } from './holds.ts';

const at = (minute: number): string => `2026-07-14T08:${String(minute).padStart(2, '0')}:00.000Z`;
const minutes = (count: number): number => count * 60_000;

describe('holds', () => {
  it('begin and end with the first word of it', () => {
    const first = holdsAfter([], true, at(1));
    expect(holdsAfter(first, true, at(2))).toBe(first);
    const ended = holdsAfter(first, false, at(3));
    expect(ended).toEqual([{ from: at(1), to: at(3) }]);
    expect(holdsAfter(ended, false, at(4))).toBe(ended);
    expect(holdsAfter(ended, true, at(5))).toEqual([...ended, { from: at(5), to: null }]);
  });

  it('count from the moment that is asked for, and until now while they last', () => {
    const holds: Hold[] = [
      { from: at(0), to: at(2) },
      { from: at(10), to: at(20) },
      { from: at(30), to: null },
    ];
    expect(heldSince(holds, at(5), new Date(at(31)))).toBe(minutes(11));
    expect(heldSince(holds, at(15), new Date(at(31)))).toBe(minutes(6));
    expect(heldSince([], at(15), new Date(at(31)))).toBe(0);
  });
});
