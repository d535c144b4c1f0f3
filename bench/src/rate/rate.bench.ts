import type { Bench } from '../bench.ts';
import { type Installation, startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import type { Cell, Table } from '../table.ts';
import { highestCleanRate, type RateRound, rateRound } from './clean.ts';

const SECONDS = 15;
const ASKED_RATE = 300;
const SEARCH_SECONDS = 5;

/** Measured elsewhere on two such cores; it is not run here. */
const ASTERISK: Readonly<Record<number, string>> = {
  1: 'clean to 125/s; loses a third to a half from 150/s',
  100: 'clean to 250/s',
};

const row = (what: string, mailboxes: number, { rate, report, refused, lost, clean }: RateRound): Cell[] => [
  what,
  rate,
  report.perSecond,
  refused === 0 ? 0 : JSON.stringify(report.statuses),
  lost,
  ...[report.p50, report.p99, report.max],
  clean ? 'yes' : 'no',
  ASTERISK[mailboxes] ?? '',
];

const rows = async (installation: Installation): Promise<Cell[][]> => {
  await warmUp(installation);
  const found = [
    row('one mailbox, 300/s', 1, await rateRound(installation, { rate: ASKED_RATE, mailboxes: 1, seconds: SECONDS })),
  ];
  for (const mailboxes of [1, 100]) {
    const what = mailboxes === 1 ? 'one mailbox, highest clean' : '100 mailboxes, highest clean';
    const best = await highestCleanRate(
      (rate) => rateRound(installation, { rate, mailboxes, seconds: SEARCH_SECONDS }),
      ASKED_RATE / 2,
    );
    if (best === undefined) {
      found.push([what, 'none', null, null, null, null, null, null, 'no', ASTERISK[mailboxes] ?? '']);
      continue;
    }
    // What was clean for five seconds must be for fifteen; a little less, when it is not.
    let round = await rateRound(installation, { rate: best.rate, mailboxes, seconds: SECONDS });
    while (!round.clean && round.rate > 5) {
      round = await rateRound(installation, { rate: Math.floor(round.rate * 0.9), mailboxes, seconds: SECONDS });
    }
    found.push(row(what, mailboxes, round));
  }
  return found;
};

const table = async (): Promise<Table> => {
  const installation = await startInstallation();
  try {
    return {
      title: `Rate: messages of 1 s at a fixed rate for ${SECONDS} s, all parts on this machine`,
      columns: [
        { head: 'into' },
        { head: 'asked per s' },
        { head: 'done per s', digits: 1 },
        { head: 'refused', severalRuns: 'largest' },
        { head: 'lost', severalRuns: 'largest' },
        { head: 'delay p50 ms', digits: 1 },
        { head: 'p99 ms', digits: 1 },
        { head: 'max ms', digits: 1 },
        { head: 'clean' },
        { head: 'Asterisk 22 on two such cores' },
      ],
      rows: await rows(installation),
      notes: [
        'The delay counts from when a message was due, not from when there was time to send it. Clean: nothing refused, nothing lost (counted in the mailboxes afterwards), p99 below a second.',
      ],
    };
  } finally {
    await installation.stop();
  }
};

export const rate: Bench = {
  name: 'rate',
  measures: '1 s messages at fixed rates into one mailbox and into 100',
  repeats: 'whole',
  run: async () => [await table()],
};
