import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Bench } from './bench.ts';
import { benches } from './benches.ts';
import { asPercent, othersNow, QUIET, watchOthers } from './machine/others.ts';
import { versions } from './machine/versions.ts';
import { readOptions, usage } from './options.ts';
import { howOften, repeated } from './repeated.ts';
import { compared, markdown, type Table } from './table.ts';

const settings = readOptions(process.argv.slice(2));
const unknown = settings.chosen.filter((chosen) => !benches.some(({ name }) => name === chosen));
const list = (): string => benches.map(({ name, measures }) => `${name.padEnd(14)}${measures}`).join('\n');
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are\n${list()}\n${usage}`);

const earlier =
  settings.compare === undefined
    ? undefined
    : (JSON.parse(readFileSync(settings.compare, 'utf8')) as { tables: Table[] }).tables;

const written: string[] = [];
const say = (text: string): void => {
  console.log(`${text}\n`);
  written.push(`${text}\n`);
};

/** What the figures stand on: they mean little where other programs take the cores. */
const conditions = (bench: Bench, others: number): string =>
  `(${howOften(bench, settings)}; load ${loadavg()
    .map((n) => n.toFixed(1))
    .join(' ')}; other programs took ${asPercent(others)} of the cores meanwhile${others > QUIET ? ': not idle' : ''})`;

const measure = async (bench: Bench): Promise<Table[]> => {
  const others = watchOthers();
  const tables = await repeated(bench, settings);
  for (const table of earlier === undefined ? tables : compared(tables, earlier)) say(markdown(table));
  say(conditions(bench, others()));
  return tables;
};

const run = async (): Promise<void> => {
  const machine = await versions();
  say(machine.join('\n'));
  say(`${settings.seconds} s a figure where a bench does not say otherwise`);
  const others = await othersNow();
  if (others > QUIET) say(`The machine is not idle: other programs take ${asPercent(others)} of its cores.`);
  const tables: Table[] = [];
  for (const bench of benches) {
    if (settings.chosen.length === 0 || settings.chosen.includes(bench.name)) tables.push(...(await measure(bench)));
  }
  if (settings.out !== undefined) writeFileSync(settings.out, written.join('\n'));
  if (settings.json !== undefined) {
    writeFileSync(settings.json, `${JSON.stringify({ machine, at: new Date().toISOString(), tables }, null, 1)}\n`);
  }
};

if (settings.list) console.log(list());
else await run();
