import type { Bench } from '../bench.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import { allAnswered, load } from '../load/load.ts';
import { depositRequests, getRequest, recording } from '../load/requests.ts';
import { untilCalm } from '../machine/calm.ts';
import { familyOf, memoryOf, processes } from '../machine/proc.ts';
import type { Cell, Table } from '../table.ts';
import { type Collector, startCollector } from './collector.ts';
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
const SERVICES: readonly string[] = ['gateway', 'media-svc', 'mailbox-svc', 'notify-svc'];
const MAILBOXES = 50;
const IN_FLIGHT = 16;
/** After so long it is enough: the table says how many there were. */
const PATIENCE_MS = 6 * 3_600_000;

interface Memory {
  /** As the system sees it, bytes. */
  resident: number;
  /** What is not garbage, bytes; undefined of programs that are not ours. */
  inUse: number | undefined;
}

interface Sample {
  messages: number;
  of: Map<string, Memory>;
}

interface Watched {
  installation: Installation;
  collector: Collector;
}

/** Of each program, its children included. */
const memories = async ({ installation, collector }: Watched): Promise<Sample['of']> => {
  await untilCalm(installation);
  const running = Object.entries(installation.processes());
  const all = processes();
  // Before anything is collected.
  const resident = running.map(([, root]) => familyOf(root, all).reduce((sum, { pid }) => sum + memoryOf(pid), 0));
  const found = running.map(async ([name, pid], n): Promise<[string, Memory]> => {
    const inUse = SERVICES.includes(name) ? await collector.inUse(pid) : undefined;
    return [name, { resident: resident[n] ?? Number.NaN, inUse }];
  });
  return new Map(await Promise.all(found));
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

const samplesOf = async (watched: Watched, { messages, rounds }: Amount): Promise<Sample[]> => {
  const { installation } = watched;
  const until = performance.now() + PATIENCE_MS;
  const mailboxIds: string[] = [];
  while (mailboxIds.length < MAILBOXES) mailboxIds.push(await installation.newMailbox());
  await warmUp(installation);
  // Caches fill and pools open, whatever is done.
  await leave(installation, mailboxIds, messages / rounds);
  const samples = [{ messages: 0, of: await memories(watched) }];
  for (let left = 0; left < messages && performance.now() < until; ) {
    left += await leave(installation, mailboxIds, Math.min(messages / rounds, messages - left));
    samples.push({ messages: left, of: await memories(watched) });
  }
  return samples;
};

const row = (name: string, rest: Memory, samples: readonly Sample[]): Cell[] => {
  const resident = samples.map(({ of }) => of.get(name)?.resident ?? Number.NaN);
  const inUse = samples.map(({ of }) => of.get(name)?.inUse);
  const telling = samples.map(({ messages }, n) => [messages, inUse[n] ?? resident[n] ?? Number.NaN] as const);
  const slope = slopeOf(telling);
  const mB = (bytes: number | undefined): Cell => (bytes === undefined ? null : bytes / 1e6);
  return [
    name,
    ...[rest.resident, resident[0], resident.at(-1)].map(mB),
    ...[rest.inUse, inUse[0], inUse.at(-1)].map(mB),
    ...[slope.perUnit / 1000, slope.error / 1000, verdict(slope)],
  ];
};

const measure = async (amount: Amount): Promise<Table> => {
  const collector = startCollector();
  const installation = await startInstallation(collector.env);
  const watched = { installation, collector };
  try {
    const rest = await memories(watched);
    const began = performance.now();
    const samples = await samplesOf(watched, amount);
    const minutes = (performance.now() - began) / 60_000;
    const left = samples.at(-1)?.messages ?? 0;
    return {
      title: `Memory: ${amount.what}, left, listed and counted as fast as they are taken`,
      columns: [
        ...['program', 'MB at rest, just started', 'after the warm-up', 'at the end'].map((head) => ({ head })),
        ...['of it in use, just started', 'after the warm-up', 'at the end'].map((head) => ({ head })),
        ...['kB a message', '± (two standard errors)'].map((head) => ({ head, digits: 3 })),
        { head: 'it' },
      ],
      rows: [...rest].map(([name, memory]) => row(name, memory, samples)),
      notes: [
        `${left.toLocaleString('en')} messages in ${minutes.toFixed(0)} minutes, ${samples.length} samples at rest. In use: heap and buffers of the main thread after all garbage was collected; beside it code, other threads and garbage that was not collected yet are resident. kB a message by linear regression of what is in use, where it is known; the warm-up, with a round of messages, is excluded.`,
      ],
    };
  } finally {
    await installation.stop();
    collector.end();
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
