import type { Bench, BenchOptions } from '../bench.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { allAnswered, load } from '../load/load.ts';
import { depositRequests, getRequest, recording } from '../load/requests.ts';
import { untilCalm } from '../machine/calm.ts';
import { familyOf, processes } from '../machine/proc.ts';
import type { Cell, Table } from '../table.ts';

/** A message every two seconds for an hour is a busy small company; it is left, listed and counted. */
const QUICK = { messages: 1_800, rounds: 6 };
const FULL = { messages: 1_000_000, rounds: 10 };
const MAILBOXES = 50;
const IN_FLIGHT = 16;
/** Above this, what is added in the second half of the rounds is growth and no noise of the collector. */
const FLAT = 0.1;

/** Resident memory of each program, its children included, MB. Shared pages of Postgres count in each of its sessions. */
const memoryOf = (installation: Installation): Map<string, number> => {
  const all = processes();
  return new Map(
    Object.entries(installation.processes()).map(([name, root]) => [
      name,
      familyOf(root, all).reduce((sum, { rss }) => sum + rss, 0) / 1e6,
    ]),
  );
};

const leave = async (installation: Installation, mailboxIds: readonly string[], messages: number): Promise<void> => {
  const deposits = depositRequests(installation, mailboxIds, recording(1));
  const reads = mailboxIds.flatMap((id) => [
    getRequest(installation, `/v1/mailboxes/${id}/messages?limit=20`),
    getRequest(installation, `/v1/mailboxes/${id}/counts`),
  ]);
  for (let left = messages; left > 0; ) {
    const report = await load({
      ...{ url: installation.url, requests: deposits, pace: { inFlight: IN_FLIGHT } },
      ...{ seconds: Math.min(60, Math.max(2, left / 200)), warmUpSeconds: 0 },
    });
    allAnswered(report, 201);
    left -= report.statuses['201'] ?? 0;
  }
  allAnswered(
    await load({ url: installation.url, requests: reads, pace: { inFlight: 4 }, seconds: 2, warmUpSeconds: 0 }),
    200,
  );
};

const measure = async ({ full }: BenchOptions): Promise<Table> => {
  const { messages, rounds } = full ? FULL : QUICK;
  const installation = await startInstallation();
  try {
    const mailboxIds: string[] = [];
    while (mailboxIds.length < MAILBOXES) mailboxIds.push(await installation.newMailbox());
    await untilCalm(installation);
    const samples = [memoryOf(installation)];
    while (samples.length <= rounds) {
      await leave(installation, mailboxIds, messages / rounds);
      await untilCalm(installation);
      samples.push(memoryOf(installation));
    }
    const rows = [...(samples[0] ?? [])].map(([name, rest]): Cell[] => {
      const line = samples.map((sample) => sample.get(name) ?? Number.NaN);
      const [middle = Number.NaN, last = Number.NaN] = [line[Math.ceil(rounds / 2)], line[rounds]];
      const growth = (last - middle) / middle;
      const trend = line.map((mb) => mb.toFixed(0)).join(' → ');
      return [name, rest, last, trend, growth < FLAT ? 'flat' : `grows: ${Math.round(100 * growth)} %`];
    });
    return {
      title: `Memory: at rest, and after ${messages.toLocaleString('en')} messages left, listed and counted as fast as they are taken`,
      columns: [
        { head: 'program' },
        { head: 'MB at rest' },
        { head: 'MB after' },
        { head: `after each ${Math.round(messages / rounds).toLocaleString('en')}` },
        { head: 'second half' },
      ],
      rows,
      notes: [
        full
          ? ''
          : 'A message every two seconds for an hour, in fast forward; `--full` leaves a million. Postgres: its sessions share most of what each counts.',
      ].filter(Boolean),
    };
  } finally {
    await installation.stop();
  }
};

export const memory: Bench = {
  name: 'memory',
  measures: "each program's memory at rest and after an hour's messages (--full: a million)",
  repeats: 'once',
  run: async (options) => [await measure(options)],
};
