import { temporaryFolder } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { findingsOf, table } from './table.ts';

// The campaign in little: `npm run chaos` has it with 2,000 deposits and faults as long as they are in life.
const little = { deposits: 60, inFlight: 8, scale: 0.2, keep: false, say: () => undefined };

/** The others take minutes or rights that not everybody has. */
const within = ['kills', 'bus', 'database', 'receivers', 'poison'];

it.for(scenarios.filter(({ name }) => within.includes(name)))(
  'nothing is lost or told twice: $title',
  { timeout: 300_000 },
  async (scenario, context) => {
    const missing = scenario.missing?.({});
    context.skip(missing !== undefined, missing);
    const folder = temporaryFolder(`chaos-${scenario.name}`);
    try {
      const result = await runScenario(scenario, { ...little, folder: folder.path });
      console.log(table([result]));
      expect(findingsOf(result)).toBe('');
      expect(result.ledger.acknowledged.length).toBeGreaterThanOrEqual(little.deposits);
    } finally {
      folder.remove();
    }
  },
);
