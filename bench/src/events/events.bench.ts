import type { Bench } from '../bench.ts';
import type { Table } from '../table.ts';
import { benchDelivery } from './delivery.bench.ts';
import { benchMatch } from './match.bench.ts';

const matches = (): Table => ({
  title: 'Rights: one event matched against the ACLs of 10,000 subscribers, one core',
  columns: [
    { head: 'event' },
    { head: 'for' },
    ...['index p50 ms', 'p99 ms', 'loop over all p50 ms', 'its p99 ms'].map((head) => ({ head, digits: 3 })),
  ],
  rows: benchMatch().map(({ what, admitted, index, naive }) => [
    what,
    admitted,
    ...[index.p50, index.p99, naive.p50, naive.p99],
  ]),
});

const deliveries = async (seconds: number): Promise<Table> => ({
  title: 'Delivery: from publishing on the bus to 1,000 SSE and 1,000 WebSocket clients at once, all on this machine',
  columns: [
    { head: 'server' },
    { head: 'deliveries per s' },
    { head: 'p50 ms', digits: 1 },
    { head: 'p99 ms', digits: 1 },
  ],
  rows: (await benchDelivery({ seconds })).map(({ what, deliveries: perSecond, p50, p99 }) => [
    what,
    perSecond,
    p50,
    p99,
  ]),
});

export const events: Bench = {
  name: 'events',
  measures: 'rights of 10,000 subscribers; the bus to 1,000 SSE and 1,000 WebSocket clients',
  repeats: 'whole',
  run: async ({ seconds }) => [matches(), await deliveries(seconds)],
};
