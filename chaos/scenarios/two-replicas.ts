import { missingBalancer } from '../installation/balancer.ts';
import type { Scenario } from '../scenario.ts';

/** The same on two replicas of every service behind a balancer, each media-svc with a spool of its own. */
export const onTwoReplicas = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name}-of-two`,
  title: `two replicas: ${scenario.title}`,
  missing: (wishes) => missingBalancer() ?? scenario.missing?.(wishes),
  options: { ...scenario.options, replicas: 2 },
});
