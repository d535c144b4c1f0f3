import { setTimeout as delay } from 'node:timers/promises';
import { killAll, untilReady } from '../faults/services.ts';
import type { Scenario } from '../scenario.ts';

/** How often several die in the same moment, and how often the next kill does not wait until all serve again. */
const SEVERAL = 0.25;
const HASTE = 0.25;
/** So often each dies for itself, in a whole campaign; all at once they die once. */
const EACH = 2;
/** So many times at least, however fast the load is over. */
const LEAST = 15;

/** Each service and several at once, at random moments, again and again, until there were enough messages. */
export const killedServices: Scenario = {
  name: 'kills',
  title: 'services killed',
  cutsAttempts: 'notify-svc is killed between sending and recording',
  async inject({ field, load, note, scale, chance }) {
    const { replicas } = field.installation;
    await load.reached(0.02);
    const rounds = Math.ceil(EACH * Math.min(1, scale));
    const each = Array.from({ length: rounds }, () => replicas.map((replica) => [replica])).flat();
    const planned = chance.some([...each, replicas], each.length + 1);
    for (let kills = 0; kills < LEAST * scale || planned.length > 0 || !load.has(1); kills++) {
      const atOnce = chance.between(0, 1) < SEVERAL ? Math.ceil(chance.between(1, replicas.length)) : 1;
      const next = planned.pop();
      // One that is down already cannot die.
      if (next !== undefined || chance.between(0, 1) >= HASTE) await untilReady(replicas);
      killAll(next ?? chance.some(replicas, atOnce), note);
      await delay(chance.between(200, 2_500));
    }
    await untilReady(replicas);
  },
};
