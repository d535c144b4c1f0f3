import { setTimeout as delay } from 'node:timers/promises';
import { between, some } from '../faults/chance.ts';
import { killAll, untilReady } from '../faults/services.ts';
import type { Scenario } from '../scenario.ts';

/** How often several die in the same moment, and how often the next kill does not wait until all serve again. */
const SEVERAL = 0.25;
const HASTE = 0.25;
/** So many times at least, however fast the load is over. */
const LEAST = 15;

/** Each service and several at once, at random moments, again and again, until there were enough messages. */
export const killedServices: Scenario = {
  name: 'kills',
  title: 'services killed',
  async inject({ field, load, note, scale }) {
    const { replicas } = field.installation;
    await load.reached(0.02);
    for (let kills = 0; kills < LEAST * scale || !load.has(1); kills++) {
      const atOnce = Math.random() < SEVERAL ? Math.ceil(between(1, replicas.length)) : 1;
      killAll(some(replicas, atOnce), note);
      if (Math.random() >= HASTE) await untilReady(replicas);
      await delay(between(200, 2_500));
    }
  },
};
