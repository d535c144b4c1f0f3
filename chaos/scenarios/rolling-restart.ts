import { rolling } from '../faults/services.ts';
import { missingBalancer } from '../installation/balancer.ts';
import type { Scenario } from '../scenario.ts';

/** Through all services so often, at least. */
const LEAST = 3;

/** One replica after another is told to end and started again, as in an upgrade; nobody may notice. */
export const rollingRestart: Scenario = {
  name: 'rolling',
  title: 'two replicas: rolling restarts',
  unnoticed: true,
  missing: missingBalancer,
  options: { replicas: 2 },
  async inject({ field, load, note, scale }) {
    const { installation } = field;
    await load.reached(0.05);
    for (let rounds = 0; rounds < LEAST * scale || !load.has(1); rounds++) {
      for (const replica of installation.replicas) {
        note(`restart of ${replica.name}`);
        await rolling(installation, replica);
      }
    }
  },
};
