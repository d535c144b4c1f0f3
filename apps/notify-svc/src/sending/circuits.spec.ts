import { describe, expect, it } from 'vitest';
import type { SendOutcome } from './channel.ts';
import { Circuits } from './circuits.ts';
import type { Work } from './work-list.ts';

const places = { proven: 4, unknown: 8, retries: 2, perEndpoint: 2 };
const start = new Date('2026-07-14T08:15:00.000Z');
const later = (ms: number): Date => new Date(start.getTime() + ms);

let made = 0;
const workFor = (endpoint: string, retry = false): Work => ({
  tenantId: 'tenant',
  id: `work-${++made}`,
  correlationId: 'request-1',
  endpoint,
  groupKey: null,
  retry,
  dueAt: start,
});

const delivered: SendOutcome = { outcome: 'delivered', detail: 'answered 200' };
const failed: SendOutcome = { outcome: 'failed', detail: 'answered 503' };

/** Begins and ends one attempt. */
const attempt = (circuits: Circuits, endpoint: string, result: SendOutcome | null, at = start) => {
  const work = workFor(endpoint);
  expect(circuits.begin(work, at)).toBe(0);
  return circuits.ended(work, result, at);
};

describe('an endpoint', () => {
  it('of which nothing is known has one attempt at a time', () => {
    const circuits = new Circuits(places);
    expect(circuits.begin(workFor('a'), start)).toBe(0);
    expect(circuits.begin(workFor('a'), start)).toBeGreaterThan(0);
    expect(circuits.begin(workFor('b'), start)).toBe(0);
  });

  it('has a place while one of its kind is free', () => {
    const circuits = new Circuits({ ...places, unknown: 1, proven: 1 });
    attempt(circuits, 'a', delivered);
    const [toA, toB] = [workFor('a'), workFor('b')];
    expect([circuits.hasPlace([toB], 'a'), circuits.hasPlace([toB], 'c')]).toEqual([true, false]);
    expect([circuits.hasPlace([toA], 'a'), circuits.hasPlace([toA], 'c')]).toEqual([false, true]);
  });

  it('that answers has several, until it fails', () => {
    const circuits = new Circuits(places);
    attempt(circuits, 'a', delivered);
    const [one, two, three] = [workFor('a'), workFor('a'), workFor('a')];
    expect([one, two, three].map((work) => circuits.begin(work, start) === 0)).toEqual([true, true, false]);
    circuits.ended(one, delivered, start);
    expect(circuits.ended(two, failed, start)).toEqual({ openMs: 1_000, closed: false });
    expect(circuits.begin(workFor('a'), start)).toBe(1_000);
  });

  it('rests longer with every failure, and not at all after an answer', () => {
    const circuits = new Circuits(places);
    let at = 0;
    const rests = Array.from({ length: 6 }, () => {
      const { openMs } = attempt(circuits, 'a', failed, later(at));
      at += openMs;
      return openMs;
    });
    expect(rests).toEqual([1_000, 5_000, 15_000, 60_000, 300_000, 300_000]);
    expect(attempt(circuits, 'a', delivered, later(at))).toEqual({ openMs: 0, closed: true });
    expect(circuits.begin(workFor('a'), later(at))).toBe(0);
  });

  it('rests as after one failure where several failed side by side', () => {
    const circuits = new Circuits({ ...places, perEndpoint: 6 });
    attempt(circuits, 'a', delivered);
    const together = Array.from({ length: 6 }, () => workFor('a'));
    for (const work of together) expect(circuits.begin(work, start)).toBe(0);
    const rests = together.map((work, n) => circuits.ended(work, failed, later(n * 100)).openMs);
    expect(rests).toEqual([1_000, 900, 800, 700, 600, 500]);
    expect(attempt(circuits, 'a', failed, later(1_000)).openMs).toBe(5_000);
  });

  it('rests as long as the longest of several answers asks', () => {
    const circuits = new Circuits(places);
    attempt(circuits, 'a', delivered);
    const [one, two] = [workFor('a'), workFor('a')];
    for (const work of [one, two]) circuits.begin(work, start);
    expect(circuits.ended(one, { ...failed, retryAfterMs: 90_000 }, start).openMs).toBe(90_000);
    expect(circuits.ended(two, { ...failed, retryAfterMs: 30_000 }, start).openMs).toBe(90_000);
    expect(circuits.begin(workFor('a'), later(89_000))).toBe(1_000);
  });

  it('rests as long as it asks', () => {
    const circuits = new Circuits(places);
    expect(attempt(circuits, 'a', { ...failed, retryAfterMs: 90_000 }).openMs).toBe(90_000);
  });

  it('that refuses one delivery is well', () => {
    const circuits = new Circuits(places);
    expect(attempt(circuits, 'a', { ...failed, outcome: 'refused' }).openMs).toBe(0);
    expect(attempt(circuits, 'b', { ...failed, endpointWell: true }).openMs).toBe(0);
  });

  it('of which an attempt ended without a word is as it was', () => {
    const circuits = new Circuits(places);
    expect(attempt(circuits, 'a', null)).toEqual({ openMs: 0, closed: false });
    expect(circuits.begin(workFor('a'), start)).toBe(0);
  });
});

describe('the places', () => {
  it('of those that answer are taken by nobody else', () => {
    const circuits = new Circuits(places);
    attempt(circuits, 'good', delivered);
    const hanging = Array.from({ length: 8 }, (_, n) => workFor(`hangs-${n}`));
    for (const work of hanging) expect(circuits.begin(work, start)).toBe(0);
    const [proven, unknown, retries] = circuits.shares(hanging, start);
    expect(proven).toMatchObject({ limit: 4, retry: false, only: ['good'] });
    expect(unknown).toMatchObject({ limit: 0, retry: false, only: null });
    expect(unknown?.without).toEqual([...hanging.map(({ endpoint }) => endpoint), 'good']);
    expect(retries).toMatchObject({ limit: 2, retry: true });
  });

  it('are counted by what is under way', () => {
    const circuits = new Circuits(places);
    attempt(circuits, 'good', delivered);
    const running = [workFor('good'), workFor('good'), workFor('new'), workFor('again', true)];
    for (const work of running) circuits.begin(work, start);
    const shares = circuits.shares(running, start);
    expect(shares.map(({ limit }) => limit)).toEqual([2, 7, 1]);
    expect(shares[0]?.only).toEqual([]);
    expect(shares[2]?.without).toEqual(['good', 'new', 'again']);
  });

  it('name only endpoints that are in use', () => {
    const circuits = new Circuits(places);
    attempt(circuits, 'good', delivered);
    attempt(circuits, 'down', failed);
    attempt(circuits, 'down', failed, later(1_000));
    const named = (at: Date) => circuits.shares([], at)[0]?.only;
    expect(named(later(60_000))).toEqual(['good']);
    expect(named(later(60_001))).toEqual([]);
    // How long it has failed is remembered for longer than it ever rests.
    expect(attempt(circuits, 'down', failed, later(400_000)).openMs).toBe(15_000);
  });

  it('are kept for what is under way, however long', () => {
    const circuits = new Circuits(places);
    const work = workFor('slow');
    circuits.begin(work, start);
    expect(circuits.shares([work], later(3_600_000))[1]?.without).toEqual(['slow']);
    expect(circuits.ended(work, delivered, later(3_600_000))).toEqual({ openMs: 0, closed: false });
  });
});
