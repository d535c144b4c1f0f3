import type { LoopFigures } from './closed-loop.ts';
import type { Table } from './table.ts';

/** Ours beside the raw limit of the same machine, with so many in flight. */
export interface LoopRow {
  inFlight: number;
  ours: LoopFigures;
  raw: LoopFigures;
}

export const loopTable = (title: string, raw: string, rows: readonly LoopRow[]): Table => ({
  title,
  columns: [
    { head: 'in flight' },
    { head: 'per s' },
    { head: 'p50 ms', digits: 1 },
    { head: 'p99 ms', digits: 1 },
    { head: `raw limit per s (${raw})` },
    { head: 'share %', digits: 1 },
  ],
  rows: rows.map(({ inFlight, ours, raw: limit }) => [
    String(inFlight),
    ...[ours.perSecond, ours.p50, ours.p99, limit.perSecond],
    (100 * ours.perSecond) / limit.perSecond,
  ]),
});
