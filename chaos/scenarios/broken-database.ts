import { crash, exhaust, hold } from '../faults/database.ts';
import type { Scenario } from '../scenario.ts';

const EXHAUSTED_MS = 8_000;
const HUNG_MS = 12_000;
const CRASHES = [0.1, 0.2, 0.3];
/** Nobody writes an event while it is held. */
const LOG = 'event';

/** Killed and started again, without a connection to spare, and with statements that hang. */
export const brokenDatabase: Scenario = {
  name: 'database',
  title: 'Postgres killed, exhausted, hung',
  options: { postgres: { max_connections: '120' } },
  async inject({ field, load, note, scale }) {
    const { installation } = field;
    for (const share of CRASHES) {
      await load.reached(share);
      note('postmaster killed');
      await crash(installation);
    }
    await load.reached(0.45);
    note('no connection left');
    await exhaust(installation, EXHAUSTED_MS * scale);
    for (const [database, share] of [
      ['mailbox', 0.55],
      ['media', 0.65],
      ['notify', 0.75],
    ] as const) {
      await load.reached(share);
      note(`${database}'s log held`);
      await hold(installation, database, LOG, HUNG_MS * scale);
    }
  },
};
