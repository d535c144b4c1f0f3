import { temporaryFolder } from '@aftertone/testing';
import { afterAll, expect, it } from 'vitest';
import type { Result } from './result.ts';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { table, troublesOf } from './table.ts';

// The campaign in little: `npm run chaos` has it with 2,000 deposits and faults as long as they are in life.
const little = { deposits: 60, inFlight: 8, scale: 0.2, keep: false, seed: 'little', say: () => undefined };

/** The others take minutes or rights that not everybody has. */
const within = ['kills', 'bus', 'database', 'receivers', 'poison'];
const results: Result[] = [];

it.for(scenarios.filter(({ name }) => within.includes(name)))(
  'nothing is lost or told twice: $title',
  { timeout: 300_000 },
  async (scenario, context) => {
    const folder = temporaryFolder(`chaos-${scenario.name}`);
    try {
      const result = await runScenario(scenario, { ...little, folder: folder.path });
      results.push(result);
      context.skip(result.verdict.kind === 'skipped', 'why' in result.verdict ? result.verdict.why : '');
      expect(troublesOf(result)).toBe('');
      expect(result.acknowledged).toBeGreaterThanOrEqual(little.deposits);
    } finally {
      folder.remove();
    }
  },
);

afterAll(() => {
  const sum = results.reduce((ms, { tookMs }) => ms + tookMs, 0);
  console.log(`${table(results)}\n${(sum / 1000).toFixed(0)} s in all`);
});
