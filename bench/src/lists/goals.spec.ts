import { expect, it } from 'vitest';
import { isQuick, ratioOf, scales, type Times } from './goals.ts';

const few: Times = { messages: 100, p50: 2, p99: 30 };
const some: Times = { messages: 9_000, p50: 3, p99: 9 };
const many: Times = { messages: 100_000, p50: 4, p99: 9 };
const most: Times = { messages: 1_000_000, p50: 4, p99: 12 };

it('holds every size to twice the cost of the fewest messages', () => {
  expect(ratioOf(many, [few, some, many])).toBe(2);
  expect(scales([few, some, many, most])).toBe('yes');
  expect(scales([few, { ...some, p50: 4.1 }, many])).toBe('no');
});

it('calls quick what takes less than 10 ms at 9,000 and at 100,000, however long it takes elsewhere', () => {
  expect(isQuick([few, some, many, most])).toBe('yes');
  expect(isQuick([few, { ...some, p99: 10 }, many])).toBe('half of the calls');
  expect(isQuick([few, some, { ...many, p50: 10, p99: 11 }])).toBe('no');
});
