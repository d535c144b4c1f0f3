import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { outcomesOf, takeBatch } from './batch.ts';
import { toWire, type WireRequest } from './wire.ts';

const meta = { actor: { kind: 'system', id: 'test' }, correlationId: 'test' } as const;
const wire = (events = 1): WireRequest => {
  const event = { id: newId(), type: 'Done', schemaVersion: 1, data: {}, meta, sealed: null };
  return toWire({
    tenantId: newId(),
    streamId: 'a',
    kind: 'a',
    expectedVersion: 0,
    at: '2026-01-01T00:00:00.000Z',
    events: Array(events).fill(event),
    feeds: [],
    claims: [],
    rows: [],
    destroyKey: false,
  });
};
const entry = (name: string, alone: string[], shared: string[] = [], plain = true) => ({
  name,
  wire: { ...wire(), alone, shared, plain },
});
const names = (batch: Array<{ name: string }>): string => batch.map(({ name }) => name).join('');

describe('takeBatch', () => {
  it('takes up to its size, oldest first', () => {
    const queue = ['a', 'b', 'c', 'd'].map((name) => entry(name, [name]));
    expect([names(takeBatch(queue, 3)), names(takeBatch(queue, 3)), names(takeBatch(queue, 3))]).toEqual([
      'abc',
      'd',
      '',
    ]);
  });

  it('keeps apart what may not be together, and its order', () => {
    const queue = [entry('a', ['s1']), entry('b', ['s1']), entry('c', ['s2']), entry('d', ['s1'])];
    expect([names(takeBatch(queue, 9)), names(takeBatch(queue, 9)), names(takeBatch(queue, 9))]).toEqual([
      'ac',
      'b',
      'd',
    ]);
  });

  it('lets those who count in a feed be together, but nobody with one who sets something in it', () => {
    const queue = [
      entry('a', ['s1'], ['feed']),
      entry('b', ['s2'], ['feed']),
      entry('c', ['s3', 'feed']),
      entry('d', ['s4'], ['feed']),
    ];
    expect([names(takeBatch(queue, 9)), names(takeBatch(queue, 9))]).toEqual(['abd', 'c']);
    const setterFirst = [entry('a', ['s1', 'feed']), entry('b', ['s2'], ['feed'])];
    expect(names(takeBatch(setterFirst, 9))).toBe('a');
  });

  it('ends a batch of some size where the next one must be judged, or need not', () => {
    const queue = [...'abcdefgh', ...'IJKLMNOP', 'q'].map((name) =>
      entry(name, [name], [], name === name.toLowerCase()),
    );
    const batches = [1, 2, 3, 4].map(() => names(takeBatch(queue, 64)));
    expect(batches).toEqual(['abcdefgh', 'IJKLMNOP', 'q', '']);
    const mixed = [...'abCd'].map((name) => entry(name, [name], [], name === name.toLowerCase()));
    expect(names(takeBatch(mixed, 64))).toBe('abCd');
  });

  it('does not count a feed that one request touches twice as two', () => {
    const queue = [entry('a', ['s1', 'feed'], ['feed'])];
    expect(names(takeBatch(queue, 9))).toBe('a');
  });
});

describe('outcomesOf', () => {
  it('gives positions to what was written, in order, and each its own stamps', () => {
    const stamp = (sequence: number) => ({ box: { feedId: 'f', access: null, sequence, counters: [] } });
    const answer = {
      head: 10,
      verdicts: [null, { is: 'conflict' as const, version: 3 }, null, null],
      stamps: [stamp(1), null, null, stamp(4)],
    };
    expect(outcomesOf([1, 1, 2, 1].map(wire), answer)).toEqual([
      { is: 'appended', position: 11, stamps: [stamp(1)] },
      { is: 'conflict', version: 3 },
      { is: 'appended', position: 12, stamps: [{}, stamp(4)] },
      { is: 'appended', position: 14, stamps: [{}] },
    ]);
  });
});
