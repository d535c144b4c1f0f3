import { expect, it } from 'vitest';
import type { RecordedEvent } from '../types.ts';
import { Ring } from './ring.ts';

const event = (position: number, text = ''): RecordedEvent => ({
  position,
  tenantId: 't',
  streamId: `thing-${position}`,
  version: 1,
  id: `e${position}`,
  type: 'ThingDone',
  data: { text },
  meta: { actor: { kind: 'system', id: 'spec' }, correlationId: 'c' },
  stamps: {},
  at: '2026-01-02T03:04:05.678Z',
});
const upTo = (count: number, from = 1): RecordedEvent[] =>
  Array.from({ length: count - from + 1 }, (_, n) => event(n + from));
const held = (ring: Ring, after: number): number[] => [...ring.after(after)].map(({ position }) => position);

it('holds the newest events up to its limit, and tells from where', () => {
  const ring = new Ring(0, { events: 4, bytes: 1 << 20 });
  ring.push(upTo(3));
  expect([ring.from, ring.through, held(ring, 1)]).toEqual([0, 3, [2, 3]]);
  ring.push(upTo(6, 4));
  expect([ring.from, ring.through, held(ring, 0)]).toEqual([2, 6, [3, 4, 5, 6]]);
});

it('holds fewer when they are large, and not even one that is larger than all of it', () => {
  const ring = new Ring(0, { events: 100, bytes: 10_000 });
  ring.push([event(1, 'x'.repeat(2_000)), event(2, 'x'.repeat(2_000)), event(3, 'x'.repeat(2_000))]);
  expect(held(ring, 0)).toEqual([2, 3]);
  ring.push([event(4, 'x'.repeat(20_000))]);
  expect([ring.from, ring.through, held(ring, 0)]).toEqual([4, 4, []]);
  ring.push([event(5)]);
  expect([ring.from, held(ring, 4)]).toEqual([4, [5]]);
});

it('lets go of what nobody needs', () => {
  const ring = new Ring(0, { events: 100, bytes: 1 << 20 });
  ring.push(upTo(5));
  ring.trim(3);
  expect([ring.from, held(ring, 0)]).toEqual([3, [4, 5]]);
  ring.trim(1);
  ring.trim(9);
  expect([ring.from, ring.through, held(ring, 0)]).toEqual([5, 5, []]);
});
