import { describe, expect, it } from 'vitest';
import { outcomesOf, takeBatch } from './batch.ts';
import type { WireRequest } from './wire.ts';

const entry = (name: string, alone: string[], shared: string[] = []) => ({
  name,
  wire: { alone, shared, request: '', events: [], feeds: [], sections: [], rows: [] } satisfies WireRequest,
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

  it('does not count a feed that one request touches twice as two', () => {
    const queue = [entry('a', ['s1', 'feed'], ['feed'])];
    expect(names(takeBatch(queue, 9))).toBe('a');
  });
});

describe('outcomesOf', () => {
  it('gives positions to what was written, in order, and each its own stamps', () => {
    const request = (events: number): WireRequest => ({ ...entry('', []).wire, events: Array(events).fill('{}') });
    const stamp = (sequence: number) => ({ box: { feedId: 'f', access: null, sequence, counters: [] } });
    const answer = {
      head: 10,
      verdicts: [null, { is: 'conflict' as const, version: 3 }, null, null],
      stamps: [stamp(1), null, null, stamp(4)],
    };
    expect(outcomesOf([request(1), request(1), request(2), request(1)], answer)).toEqual([
      { is: 'appended', position: 11, stamps: [stamp(1)] },
      { is: 'conflict', version: 3 },
      { is: 'appended', position: 12, stamps: [{}, stamp(4)] },
      { is: 'appended', position: 14, stamps: [{}] },
    ]);
  });
});
