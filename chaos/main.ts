import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Result, runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { findingsOf, table } from './table.ts';

// npm run chaos -- [names…] [--deposits 2000] [--in-flight 16] [--previous <commit>] [--keep]: breaks an installation in each way, and checks its books.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    deposits: { type: 'string', default: '2000' },
    'in-flight': { type: 'string', default: '16' },
    previous: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const [deposits, inFlight] = [Number(values.deposits), Number(values['in-flight'])];
if (!(deposits >= 1 && inFlight >= 1)) throw new Error('--deposits and --in-flight must be positive numbers');
const names = scenarios.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}; there are ${names.join(', ')}`);

const wishes = values.previous === undefined ? {} : { previous: values.previous };

const results: Result[] = [];
let failed = 0;
const began = performance.now();
const say = (line: string): void => console.log(`  ${((performance.now() - began) / 1000).toFixed(0)} s: ${line}`);
for (const scenario of scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const folder = mkdtempSync(join(tmpdir(), `aftertone-chaos-${scenario.name}-`));
  console.log(`${scenario.title} (${folder})`);
  const missing = scenario.missing?.(wishes);
  if (missing !== undefined) {
    console.log(`  skipped: ${missing}`);
    continue;
  }
  try {
    const result = await runScenario(scenario, {
      ...wishes,
      folder,
      deposits,
      inFlight,
      keep: values.keep,
      scale: 1,
      say,
    });
    results.push(result);
    for (const [answer, times] of result.ledger.refusals()) console.log(`  ${times} × ${answer}`);
    if (result.findings.length === 0) continue;
    failed += 1;
    console.error(`Not in order, see ${folder}:\n${findingsOf(result)}`);
  } catch (error) {
    failed += 1;
    console.error(`The scenario itself failed, see ${folder}:`, error);
  }
}
console.log(`\n${table(results)}`);
console.log(`\n${results.length} scenarios run, ${failed} not in order`);
process.exit(failed === 0 ? 0 : 1);
