import { SERVICES } from '@aftertone/local';
import { crash, exhaust, freeze, hold } from '../faults/database.ts';
import type { Scenario } from '../scenario.ts';

const EXHAUSTED_MS = 8_000;
/** Well above the 3 s that a statement waits for a lock: never scaled, as below that nothing is tried at all. */
const HUNG_MS = 12_000;
/** More than services wait for a connection. */
const FROZEN_MS = 12_000;
const CRASHES = [0.1, 0.2, 0.3];
/** Nobody writes an event while it is held. */
const table = 'event';

/** Killed and started again, without a connection to spare, with statements that hang, and standing still. */
export const brokenDatabase: Scenario = {
  name: 'database',
  title: 'Postgres killed, exhausted, hung, frozen',
  options: { postgres: { max_connections: '120' } },
  // The commit that begins an attempt may be on the disk without its answer having come, and a lease that cannot be
  // renewed while the database is away runs out under an attempt that ends well.
  cutsAttempts: 'Postgres takes the answer to a commit with it, and leases cannot be renewed without it',
  async inject({ field, load, note, scale }) {
    const { installation } = field;
    for (const share of CRASHES) {
      await load.reached(share);
      note('postmaster killed');
      await crash(installation);
    }
    await load.reached(0.4);
    await exhaust(installation, EXHAUSTED_MS * scale, note('no connection left'));
    // In little time all of them at once: they are hung as long as ever.
    const groups = scale < 1 ? [SERVICES] : SERVICES.map((database) => [database]);
    for (const [n, databases] of groups.entries()) {
      await load.reached(0.5 + (0.4 * n) / groups.length);
      const holding = databases.map((database) => ({ database, healed: note(`${database}'s log held`) }));
      await Promise.all(
        holding.map(({ database, healed }) => hold(installation, { database, table }, HUNG_MS, healed)),
      );
    }
    await load.reached(0.9);
    await freeze(installation, FROZEN_MS * scale, note('Postgres frozen'));
  },
};
