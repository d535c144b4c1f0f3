import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAppend } from './append/append.bench.ts';
import type { LoopFigures } from './closed-loop.ts';
import { benchDeposit } from './deposit/deposit.bench.ts';

// npm run bench -- [append] [deposit] [--seconds 6]: tables in Markdown, each figure beside the raw limit of this machine.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '6' } },
});
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 600)) throw new Error('--seconds must be a number from 1 to 600');

interface Row {
  inFlight: number;
  ours: LoopFigures;
  raw: LoopFigures;
}

const benches: Record<string, { title: string; raw: string; run: () => Promise<Row[]> }> = {
  append: {
    title: 'Append: a command with one event, one feed and one read-model row, through the library',
    raw: 'one bare row through pg',
    run: async () => (await benchAppend({ seconds })).map(({ append, ...row }) => ({ ...row, ours: append })),
  },
  deposit: {
    title: 'Deposit: a 10 s WAV (160 kB) through the gateway, all parts on this machine',
    raw: 'write and fsync the file, commit one row',
    run: async () => (await benchDeposit({ seconds })).map(({ deposit, ...row }) => ({ ...row, ours: deposit })),
  },
};

const unknown = positionals.filter((name) => !(name in benches));
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
const chosen = positionals.length > 0 ? positionals : Object.keys(benches);

const whole = (n: number): string => Math.round(n).toLocaleString('en');
const tenth = (n: number): string => n.toFixed(1);

console.log(
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, ${seconds} s a figure`,
);
for (const name of chosen) {
  const bench = benches[name];
  if (bench === undefined) continue;
  console.log(`\n${bench.title}\n\n| in flight | per s | p50 ms | p99 ms | raw limit per s (${bench.raw}) | share |`);
  console.log('|---:|---:|---:|---:|---:|---:|');
  for (const { inFlight, ours, raw } of await bench.run()) {
    const share = `${Math.round((100 * ours.perSecond) / raw.perSecond)} %`;
    const cells = [inFlight, whole(ours.perSecond), tenth(ours.p50), tenth(ours.p99), whole(raw.perSecond), share];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
