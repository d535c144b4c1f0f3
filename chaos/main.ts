import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Result } from './result.ts';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { table, troublesOf } from './table.ts';

// npm run chaos -- [names…] [--deposits 2000] [--in-flight 16] [--seed <text>] [--previous <commit>] [--allow-skips] [--keep]:
// breaks an installation in each way, and checks its books.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    deposits: { type: 'string', default: '2000' },
    'in-flight': { type: 'string', default: '16' },
    seed: { type: 'string', default: randomUUID().slice(0, 8) },
    previous: { type: 'string' },
    'allow-skips': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const [deposits, inFlight] = [Number(values.deposits), Number(values['in-flight'])];
if (!(deposits >= 1 && inFlight >= 1)) throw new Error('--deposits and --in-flight must be positive numbers');
const names = scenarios.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}; there are ${names.join(', ')}`);

const wishes = values.previous === undefined ? {} : { previous: values.previous };
const { seed, keep } = values;
console.log(`Chance by --seed ${seed}`);

const results: Result[] = [];
const began = performance.now();
const say = (line: string): void => console.log(`  ${((performance.now() - began) / 1000).toFixed(0)} s: ${line}`);
for (const scenario of scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const folder = mkdtempSync(join(tmpdir(), `aftertone-chaos-${scenario.name}-`));
  console.log(`${scenario.title} (${folder})`);
  const result = await runScenario(scenario, { ...wishes, folder, deposits, inFlight, keep, seed, scale: 1, say });
  results.push(result);
  for (const [answer, times] of result.refusals) console.log(`  ${times} × ${answer}`);
  if (result.verdict.kind === 'skipped') console.log(`  skipped: ${result.verdict.why}`);
  const troubles = troublesOf(result);
  if (troubles !== '') console.error(`Not in order, see ${folder}:\n${troubles}`);
}
console.log(`\n${table(results)}`);
const count = (...kinds: Result['verdict']['kind'][]): number =>
  results.filter(({ verdict }) => kinds.includes(verdict.kind)).length;
const [bad, skipped] = [count('not in order', 'failed'), count('skipped')];
console.log(`\n${results.length} scenarios: ${bad} not in order, ${skipped} skipped; chance by --seed ${seed}`);
process.exit(bad > 0 || (skipped > 0 && !values['allow-skips']) ? 1 : 0);
