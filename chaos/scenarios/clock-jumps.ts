import { setTimeout as delay } from 'node:timers/promises';
import { Clocks, missingClocks } from '../faults/clock.ts';
import type { Scenario } from '../scenario.ts';

const OFF_MS = 5_000;
const JUMPS = [300, -300];
/** The right time, from what this machine says: whatever was made before stays in the past of every jump. */
const RIGHT = 900;

/** All clocks jump together, as after a correction, and each alone, as on a machine that nobody looks after. */
export const clockJumps: Scenario = {
  name: 'clocks',
  title: 'clocks off by five minutes',
  missing: missingClocks,
  async inject({ field, load, note, scale }) {
    const { replicas } = field.installation;
    const clocks = await Clocks.give(field.installation, RIGHT);
    const groups = [replicas, ...replicas.map((replica) => [replica])];
    for (const [n, group] of groups.entries()) {
      await load.reached((n + 0.5) / (groups.length + 1));
      for (const seconds of JUMPS) {
        note(`${group.length > 1 ? 'all clocks' : `clock of ${group[0]?.name}`} jumped`);
        for (const replica of group) clocks.set(replica, RIGHT + seconds);
        await delay(OFF_MS * scale);
      }
      for (const replica of group) clocks.set(replica, RIGHT);
    }
    // What was due by a clock that was ahead waits until then: that time passes.
    for (const replica of replicas) clocks.set(replica, RIGHT + 2 * Math.max(...JUMPS));
  },
};
