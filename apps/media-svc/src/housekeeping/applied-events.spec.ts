import { describe, expect, it } from 'vitest';
import { type AppliedEvents, observe, type StreamObservation } from './applied-events.ts';

const day = (n: number): string => new Date(Date.UTC(2026, 2, n)).toISOString();

const seen = (changes: Partial<StreamObservation>): StreamObservation => ({
  createdAt: day(1),
  firstSequence: 1,
  lastSequence: 100,
  oldestAt: day(2),
  reachedSequence: 90,
  reachedAt: day(5),
  caughtUp: false,
  keepsMs: 7 * 86_400_000,
  at: day(6),
  ...changes,
});

const known: AppliedEvents = {
  since: day(1),
  through: day(5),
  streamCreatedAt: day(1),
  streamSequence: 90,
  caughtUpAt: null,
};

describe('the first time', () => {
  it('knows everything of a stream that is whole', () => {
    expect(observe(null, seen({}))).toEqual(known);
  });
  it('knows what a stream still holds', () => {
    expect(observe(null, seen({ firstSequence: 40, oldestAt: day(4) }))).toMatchObject({ since: day(4) });
  });
  it('knows nothing of the past of an empty stream that held something', () => {
    const empty = seen({ firstSequence: 101, oldestAt: null, reachedSequence: 0, reachedAt: null });
    expect(observe(null, empty)).toMatchObject({ since: day(6), through: null });
  });
});

describe('later', () => {
  it('goes on to where everything is applied, and never back', () => {
    expect(observe(known, seen({ reachedSequence: 95, reachedAt: day(6) }))).toMatchObject({
      since: day(1),
      through: day(6),
    });
    expect(observe(known, seen({ reachedSequence: 20, reachedAt: day(3) }))).toEqual(known);
    expect(observe(known, seen({ reachedAt: null }))).toEqual(known);
  });

  it('sees no gap when only applied events have left the bus', () => {
    const after = observe(known, seen({ firstSequence: 91, oldestAt: day(6), reachedSequence: 95, reachedAt: day(7) }));
    expect(after).toMatchObject({ since: day(1), through: day(7), streamSequence: 95 });
  });

  it('sees no gap after a silence in which it had nothing to do', () => {
    const quiet = observe(known, seen({ caughtUp: true, reachedSequence: 100 }));
    expect(quiet).toMatchObject({ streamSequence: 100, caughtUpAt: day(6) });
    const again = seen({
      firstSequence: 101,
      lastSequence: 102,
      oldestAt: day(20),
      reachedSequence: 102,
      reachedAt: day(20),
    });
    expect(observe(quiet, again)).toMatchObject({ since: day(1), through: day(20) });
  });

  it('begins anew when events may have left the bus before they were applied', () => {
    const missed = seen({ firstSequence: 92, oldestAt: day(13), reachedSequence: 100, reachedAt: day(14) });
    expect(observe(known, missed)).toMatchObject({ since: day(13), through: day(14), streamSequence: 100 });
    const empty = seen({ firstSequence: 101, oldestAt: null, reachedAt: null, at: day(30) });
    expect(observe(known, empty)).toMatchObject({ since: day(30), through: null });
  });
});

describe('erased events of purged messages', () => {
  /** The first ones after all others had left the bus. */
  const erased = { firstSequence: 103, lastSequence: 104, oldestAt: day(8), reachedSequence: 104, reachedAt: day(8) };
  const caughtUp: AppliedEvents = { ...known, streamSequence: 100, caughtUpAt: day(7) };

  it('are no gap while nothing can have left the bus otherwise', () => {
    const after = observe(caughtUp, seen({ ...erased, at: day(8) }));
    expect(after).toMatchObject({ since: day(1), through: day(8), streamSequence: 104, caughtUpAt: day(7) });
  });

  it('may be one after half the time that the bus keeps events, or with a clock that has gone back', () => {
    for (const at of [day(11), day(6)]) {
      expect(observe(caughtUp, seen({ ...erased, at }))).toMatchObject({ since: day(8), caughtUpAt: null });
    }
  });

  it('may be one where the bus has other bounds than time', () => {
    expect(observe(caughtUp, seen({ ...erased, keepsMs: 0, at: day(8) }))).toMatchObject({ since: day(8) });
  });

  it('are none on a bus that was lost when nothing had happened for long', () => {
    const fresh = { ...erased, createdAt: day(8), firstSequence: 1, lastSequence: 1, reachedSequence: 1 };
    expect(observe(caughtUp, seen({ ...fresh, at: day(8) }))).toMatchObject({ since: day(1), streamCreatedAt: day(8) });
  });
});

describe('a bus that was lost', () => {
  const wiped = { createdAt: day(6), reachedSequence: 10, reachedAt: day(6) };
  it('leaves no gap when the log filled it again from before where we were', () => {
    const after = observe(known, seen({ ...wiped, oldestAt: day(4) }));
    expect(after).toEqual({
      since: day(1),
      through: day(6),
      streamCreatedAt: day(6),
      streamSequence: 10,
      caughtUpAt: null,
    });
  });
  it('leaves one when it begins later', () => {
    expect(observe(known, seen({ ...wiped, oldestAt: day(6) }))).toMatchObject({ since: day(6), through: day(6) });
  });
  it('tells nothing while it is empty', () => {
    const empty = seen({ ...wiped, lastSequence: 0, oldestAt: null, reachedSequence: 0, reachedAt: null });
    expect(observe(known, empty)).toEqual(known);
  });
});
