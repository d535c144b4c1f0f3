import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAppend } from './append/append.bench.ts';
import { benchAudio } from './audio/audio.bench.ts';
import type { LoopFigures } from './closed-loop.ts';
import { benchDeposit } from './deposit/deposit.bench.ts';
import { benchDelivery } from './events/delivery.bench.ts';
import { benchMatch } from './events/match.bench.ts';
import { table, tenth, thousandth, whole } from './figures.ts';
import { benchHealthy } from './notifications/healthy.bench.ts';

// npm run bench -- [append] [deposit] [events] [audio] [notifications] [--seconds 6]: tables in Markdown, each figure beside the raw limit of this machine.
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

const loops = (title: string, raw: string, rows: readonly Row[]): string => {
  const heads = ['in flight', 'per s', 'p50 ms', 'p99 ms', `raw limit per s (${raw})`, 'share'];
  const cells = rows.map(({ inFlight, ours, raw: limit }) => {
    const share = `${Math.round((100 * ours.perSecond) / limit.perSecond)} %`;
    const figures = [whole(ours.perSecond), tenth(ours.p50), tenth(ours.p99), whole(limit.perSecond), share];
    return [String(inFlight), ...figures];
  });
  return `${title}\n\n${table(heads, cells)}`;
};

const append = async (): Promise<string> => {
  const rows = (await benchAppend({ seconds })).map(({ append: ours, ...row }) => ({ ...row, ours }));
  const title = 'Append: a command with one event, one feed and one read-model row, through the library';
  return loops(title, 'one bare row through pg', rows);
};

const deposit = async (): Promise<string> => {
  const rows = (await benchDeposit({ seconds })).map(({ deposit: ours, ...row }) => ({ ...row, ours }));
  const title = 'Deposit: a 10 s WAV (160 kB) through the gateway, all parts on this machine';
  return loops(title, 'write and fsync the file, commit one row', rows);
};

const events = async (): Promise<string> => {
  const matches = benchMatch().map(({ what, admitted, index, naive }) => [
    what,
    whole(admitted),
    ...[index.p50, index.p99, naive.p50, naive.p99].map(thousandth),
  ]);
  const deliveries = (await benchDelivery({ seconds })).map(({ what, deliveries: perSecond, p50, p99 }) => [
    what,
    whole(perSecond),
    tenth(p50),
    tenth(p99),
  ]);
  return [
    'Rights: one event matched against the ACLs of 10,000 subscribers, one core',
    table(['event', 'for', 'index p50 ms', 'p99 ms', 'loop over all p50 ms', 'p99 ms'], matches),
    'Delivery: from publishing on the bus to 1,000 SSE and 1,000 WebSocket clients at once, all parts on this machine',
    table(['server', 'deliveries per s', 'p50 ms', 'p99 ms'], deliveries),
  ].join('\n\n');
};

const audio = async (): Promise<string> => {
  const rows = (await benchAudio({ seconds })).map((row) => [
    row.what,
    ...[row.realTimes, row.encoderRealTimes].map(whole),
    ...[row.message.p50, row.message.p99].map(whole),
    ...[row.minute.stored / 1000, row.minute.converted / 1000].map(whole),
  ]);
  const heads = ['', 'x real time', 'encoder alone', '10 s message: p50 ms', 'p99 ms', 'kB a minute', 'converted'];
  return `Audio: recordings converted one at a time, each in a thread of its own\n\n${table(heads, rows)}`;
};

const notifications = async (): Promise<string> => {
  const rows = (await benchHealthy()).map(({ what, perSecond, p50, p99, max }) => [
    what,
    whole(perSecond),
    ...[p50, p99, max].map(tenth),
  ]);
  const title = 'Webhooks: from an event to its arrival, 10,000 messages beside dead ones, 2,000 to compare';
  const compared = 'Every other message goes to one of 50 webhooks that answer, and only these are measured.';
  const alike = 'Compare the last row (the other 1,000 are dead) with the one before (they answer, too).';
  return `${title}\n\n${compared} ${alike}\n\n${table(['what', 'healthy per s', 'p50 ms', 'p99 ms', 'max ms'], rows)}`;
};

const benches: Readonly<Record<string, () => Promise<string>>> = { append, deposit, events, audio, notifications };

const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
const chosen = positionals.length > 0 ? positionals : Object.keys(benches);

console.log(
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, ${seconds} s a figure`,
);
for (const name of chosen) console.log(`\n${await benches[name]?.()}`);
