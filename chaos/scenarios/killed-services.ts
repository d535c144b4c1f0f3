import { setTimeout as delay } from 'node:timers/promises';
import { between, some } from '../faults/chance.ts';
import { killAll, untilReady } from '../faults/services.ts';
import type { Scenario } from '../scenario.ts';

/** How often several die in the same moment, and how often the next kill does not wait until all serve again. */
const SEVERAL = 0.25;
const HASTE = 0.25;

/** Each service and several at once, at random moments, again and again, until the load is over. */
export const killedServices: Scenario = {
  name: 'kills',
  title: 'services killed',
  async inject({ field, load, note }) {
    const { replicas } = field.installation;
    await load.reached(0.02);
    while (!load.isOver) {
      const atOnce = Math.random() < SEVERAL ? Math.ceil(between(1, replicas.length)) : 1;
      killAll(some(replicas, atOnce), note);
      if (Math.random() >= HASTE) await untilReady(replicas);
      await Promise.race([delay(between(200, 2_500)), load.finished]);
    }
  },
};
