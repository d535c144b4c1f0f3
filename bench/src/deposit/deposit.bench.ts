import type { Bench, BenchOptions } from '../bench.ts';
import type { LoopFigures } from '../closed-loop.ts';
import { median } from '../figures.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import { allAnswered, load } from '../load/load.ts';
import { depositRequests, recording } from '../load/requests.ts';
import { untilCalm } from '../machine/calm.ts';
import { settle } from '../machine/settle.ts';
import type { Table } from '../table.ts';
import { rawKeeper } from './raw-keeper.ts';

const SECONDS_OF_SOUND = 10;

interface Round {
  ours: LoopFigures & { ownMs: number };
  raw: LoopFigures;
}

/** One after the other in the same minute: what the disk and the neighbours do then, both feel. */
const round = async (installation: Installation, inFlight: number, seconds: number): Promise<Round> => {
  const audio = recording(SECONDS_OF_SOUND);
  // What our own burst before led to is no part of this figure: events, notifications, moving recordings.
  await untilCalm(installation);
  await settle();
  const raw = await rawKeeper(installation, { audio, inFlight, seconds });
  await settle();
  const requests = depositRequests(installation, [await installation.newMailbox()], audio);
  const ours = await load({ url: installation.url, requests, pace: { inFlight }, seconds });
  allAnswered(ours, 201);
  return { ours, raw };
};

const row = (inFlight: number, rounds: readonly Round[]): (string | number)[] => {
  const middle = (pick: (one: Round) => number): number => median(rounds.map(pick));
  return [
    String(inFlight),
    middle(({ ours }) => ours.perSecond),
    middle(({ ours }) => ours.p50),
    middle(({ ours }) => ours.p99),
    middle(({ raw }) => raw.perSecond),
    middle(({ ours, raw }) => (100 * ours.perSecond) / raw.perSecond),
    middle(({ ours }) => ours.ownMs),
  ];
};

const rows = async ({ seconds, runs }: BenchOptions): Promise<Table['rows']> => {
  const installation = await startInstallation();
  try {
    await warmUp(installation);
    const found = [];
    for (const inFlight of [1, 8, 32]) {
      const rounds = [];
      while (rounds.length < runs) rounds.push(await round(installation, inFlight, seconds));
      found.push(row(inFlight, rounds));
    }
    return found;
  } finally {
    await installation.stop();
  }
};

export const deposit: Bench = {
  name: 'deposit',
  measures: 'a 10 s WAV through the gateway beside writing a file and committing a row',
  repeats: 'itself',
  run: async (options) => [
    {
      title: 'Deposit: a 10 s WAV (160 kB) through the gateway, all parts on this machine',
      columns: [
        { head: 'in flight' },
        { head: 'per s', digits: 1 },
        { head: 'p50 ms', digits: 1 },
        { head: 'p99 ms', digits: 1 },
        { head: 'raw limit per s (write and fsync the file, commit one row)' },
        { head: 'share %', digits: 1 },
        { head: "generator's CPU ms", digits: 2 },
      ],
      rows: await rows(options),
    },
  ],
};
