import type { Bench } from '../bench.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import { allAnswered, load } from '../load/load.ts';
import { depositRequests, getRequest, recording } from '../load/requests.ts';
import { untilCalm } from '../machine/calm.ts';
import { familyOf, processes } from '../machine/proc.ts';
import type { Cell, Table } from '../table.ts';
import { slopeOf, verdict } from './slope.ts';

interface Amount {
  what: string;
  messages: number;
  rounds: number;
}

/** Ten messages a second for an hour is a large company's busiest; they are left, listed and counted. */
const HOUR: Amount = {
  what: "an hour's messages, ten a second, in fast forward",
  messages: 36_000,
  rounds: 12,
};
const MILLION: Amount = { what: 'a million messages', messages: 1_000_000, rounds: 50 };
const MAILBOXES = 50;
const IN_FLIGHT = 16;
/** After so long it is enough: the table says how many there were. */
const PATIENCE_MS = 6 * 3_600_000;

interface Sample {
  messages: number;
  /** Resident memory of each program, its children included, kB. Shared pages of Postgres count in each session. */
  kB: Map<string, number>;
}

const memoryOf = (installation: Installation): Sample['kB'] => {
  const all = processes();
  return new Map(
    Object.entries(installation.processes()).map(([name, root]) => [
      name,
      familyOf(root, all).reduce((sum, { rss }) => sum + rss, 0) / 1000,
    ]),
  );
};

/** Leaves at least so many messages, then has lists and counts read; the result is how many were left. */
const leave = async (installation: Installation, mailboxIds: readonly string[], messages: number): Promise<number> => {
  const deposits = depositRequests(installation, mailboxIds, recording(1));
  const reads = mailboxIds.flatMap((id) => [
    getRequest(installation, `/v1/mailboxes/${id}/messages?limit=20`),
    getRequest(installation, `/v1/mailboxes/${id}/counts`),
  ]);
  let done = 0;
  while (done < messages) {
    const report = await load({
      ...{ url: installation.url, requests: deposits, pace: { inFlight: IN_FLIGHT } },
      ...{ seconds: Math.min(60, Math.max(2, (messages - done) / 200)), warmUpSeconds: 0 },
    });
    allAnswered(report, 201);
    done += report.count;
  }
  allAnswered(
    await load({ url: installation.url, requests: reads, pace: { inFlight: 4 }, seconds: 2, warmUpSeconds: 0 }),
    200,
  );
  return done;
};

const samplesOf = async (installation: Installation, { messages, rounds }: Amount): Promise<Sample[]> => {
  const until = performance.now() + PATIENCE_MS;
  const mailboxIds: string[] = [];
  while (mailboxIds.length < MAILBOXES) mailboxIds.push(await installation.newMailbox());
  await warmUp(installation);
  // A young heap grows whatever is done, until it has been collected a few times.
  await leave(installation, mailboxIds, messages / rounds);
  await untilCalm(installation);
  const samples = [{ messages: 0, kB: memoryOf(installation) }];
  for (let left = 0; left < messages && performance.now() < until; ) {
    left += await leave(installation, mailboxIds, Math.min(messages / rounds, messages - left));
    await untilCalm(installation);
    samples.push({ messages: left, kB: memoryOf(installation) });
  }
  return samples;
};

const measure = async (amount: Amount): Promise<Table> => {
  const installation = await startInstallation();
  try {
    await untilCalm(installation);
    const rest = memoryOf(installation);
    const began = performance.now();
    const samples = await samplesOf(installation, amount);
    const minutes = (performance.now() - began) / 60_000;
    const left = samples.at(-1)?.messages ?? 0;
    const rows = [...rest].map(([name, kB]): Cell[] => {
      const line = samples.map((sample) => [sample.messages, sample.kB.get(name) ?? Number.NaN] as const);
      const slope = slopeOf(line);
      const mB = [kB, line[0]?.[1], line.at(-1)?.[1]].map((value = Number.NaN) => value / 1000);
      return [name, ...mB, slope.perUnit, slope.error, verdict(slope)];
    });
    return {
      title: `Memory: ${amount.what}, left, listed and counted as fast as they are taken`,
      columns: [
        ...['program', 'MB at rest, just started', 'after the warm-up', 'at the end'].map((head) => ({ head })),
        ...['kB a message', '± (two standard errors)'].map((head) => ({ head, digits: 3 })),
        { head: 'it' },
      ],
      rows,
      notes: [
        `${left.toLocaleString('en')} messages in ${minutes.toFixed(0)} minutes, ${samples.length} samples at rest; kB a message by linear regression over them, warm-up excluded. Postgres: its sessions share most of what each counts.`,
      ],
    };
  } finally {
    await installation.stop();
  }
};

export const memory: Bench = {
  name: 'memory',
  measures: "each program's memory at rest and after an hour's messages (--full: after a million, too)",
  repeats: 'once',
  run: async ({ full }) => {
    const tables: Table[] = [];
    for (const amount of full ? [HOUR, MILLION] : [HOUR]) tables.push(await measure(amount));
    return tables;
  },
};
