import type { Bench, BenchOptions } from '../bench.ts';
import { median } from '../figures.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import type { Table } from '../table.ts';
import { type FilledTenant, fillTenant } from './tenants.ts';

interface Item {
  id: string;
}

/** What is read, by name: the path in this tenant. */
const readings: readonly [string, (tenant: FilledTenant, item: Item) => string][] = [
  ['first page of a mailbox', ({ mailboxId }) => `/v1/mailboxes/${mailboxId}/messages`],
  ['its unheard ones', ({ mailboxId }) => `/v1/mailboxes/${mailboxId}/messages?heard=false`],
  ['its trash', ({ mailboxId }) => `/v1/mailboxes/${mailboxId}/messages?folder=trash`],
  ['its urgent ones', ({ mailboxId }) => `/v1/mailboxes/${mailboxId}/messages?urgent=true`],
  ['its open ones', ({ mailboxId }) => `/v1/mailboxes/${mailboxId}/messages?state=open`],
  ['counts of a mailbox', ({ mailboxId }) => `/v1/mailboxes/${mailboxId}/counts`],
  ['one message', (_tenant, { id }) => `/v1/messages/${id}`],
  ['first page of the tenant', () => '/v1/messages'],
  ['unheard ones of the tenant', () => '/v1/messages?heard=false'],
  ['trash of the tenant', () => '/v1/messages?folder=trash'],
];

const times = 40;

/** Middle time of one request after another, milliseconds. */
const measure = async (tenant: FilledTenant, path: string): Promise<number> => {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    await tenant.get(path);
    took.push(performance.now() - start);
  }
  return median(took);
};

/** The same of deletions: each of a message that is the oldest of the mailbox. */
const measureDeletion = async (tenant: FilledTenant): Promise<number> => {
  const ids: string[] = [];
  for (let n = 0; n < times; n += 1) ids.push(await tenant.depositOldest());
  const took: number[] = [];
  for (const id of ids) {
    const start = performance.now();
    await tenant.remove(id);
    took.push(performance.now() - start);
  }
  return median(took);
};

const column = async (installation: Installation, counts: { messages: number; inMailbox: number }) => {
  const tenant = await fillTenant(installation, counts);
  const { items } = await tenant.get<{ items: Item[] }>(`/v1/mailboxes/${tenant.mailboxId}/messages`);
  const [item] = items;
  if (item === undefined) throw new Error('the mailbox has no message');
  const figures: number[] = [];
  for (const [, path] of readings) figures.push(await measure(tenant, path(tenant, item)));
  figures.push(await measureDeletion(tenant));
  return figures;
};

const table = async ({ full }: BenchOptions): Promise<Table> => {
  const sizes = [
    { messages: 100, inMailbox: 100 },
    { messages: 9_000, inMailbox: 9_000 },
    { messages: 100_000, inMailbox: 100_000 },
    ...(full ? [{ messages: 1_000_000, inMailbox: 100_000 }] : []),
  ];
  const installation = await startInstallation();
  try {
    const columns: number[][] = [];
    for (const counts of sizes) columns.push(await column(installation, counts));
    return {
      title: 'Reading and deleting among many messages, milliseconds of a request through the gateway',
      columns: [
        { head: 'read' },
        ...sizes.map(({ messages }) => ({ head: `of ${messages.toLocaleString('en')}`, digits: 1 })),
      ],
      rows: [...readings.map(([name]) => name), 'delete of the oldest of the mailbox'].map((name, n) => [
        name,
        ...columns.map((figures) => figures[n] ?? null),
      ]),
      notes: [
        'The rows are written straight into the read models; one message in 2,000 is unheard, urgent, open or in the trash. What is deleted was deposited.',
      ],
    };
  } finally {
    await installation.stop();
  }
};

export const lists: Bench = {
  name: 'lists',
  measures: 'lists, counts, single messages and deletions among 100, 9,000, 100,000 and (with --full) 1,000,000',
  repeats: 'itself',
  run: async (options) => [await table(options)],
};
