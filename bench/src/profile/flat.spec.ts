import type { Profiler } from 'node:inspector';
import { expect, it } from 'vitest';
import { flatten } from './flat.ts';

const frames: [functionName: string, url: string][] = [
  ['(root)', ''],
  ['(idle)', ''],
  ['(program)', ''],
  ['(garbage collector)', ''],
  ['deposit', 'file:///home/someone/libs/ours/apps/gateway/dist/deposit.js'],
  ['', 'file:///home/someone/libs/ours/node_modules/@nats-io/core/lib/parser.js'],
  ['query', 'file:///srv/node_modules/a/node_modules/pg/lib/client.js'],
  ['writev', ''],
  ['emit', 'node:events'],
];

const profile = (samples: [node: number, micros: number][]): Profiler.Profile => ({
  ...{ startTime: 0, endTime: 0, samples: samples.map(([node]) => node) },
  nodes: frames.map(([functionName, url], n) => ({
    ...{ id: n, callFrame: { functionName, url, scriptId: '1', lineNumber: 9, columnNumber: 0 } },
  })),
  timeDeltas: [1_000_000, ...samples.map(([, micros]) => micros)],
});

it('sums what ran from each sample to the next, without idle time', () => {
  const { busyMs, functions } = flatten(
    profile([
      [4, 2_000],
      [1, 9_000],
      [8, 3_000],
      [4, 2_000],
      [0, 500],
    ]),
  );
  expect(busyMs).toBe(7);
  expect(functions).toEqual([
    { name: 'deposit libs/ours/apps/gateway/dist/deposit.js:10', ms: 4 },
    { name: 'emit node:events:10', ms: 3 },
  ]);
});

it('names parts by package, service and library, and what no JavaScript did', () => {
  const { parts } = flatten(
    profile([
      [2, 8_000],
      [3, 7_000],
      [5, 6_000],
      [6, 5_000],
      [7, 4_000],
      [8, 3_000],
    ]),
  );
  expect(parts).toEqual([
    { name: 'native code outside JavaScript', ms: 8 },
    { name: 'garbage collection', ms: 7 },
    { name: '@nats-io/core', ms: 6 },
    { name: 'pg', ms: 5 },
    { name: 'built-in functions, with their system calls', ms: 4 },
    { name: "Node's modules", ms: 3 },
  ]);
});
