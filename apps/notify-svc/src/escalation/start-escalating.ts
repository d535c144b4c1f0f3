import { startReaction } from '@aftertone/event-store';
import type { Log } from '@aftertone/messaging';
import { Planner } from '../deliveries/planner.ts';
import type { Ground } from '../ground/ground.ts';
import { EscalationTimers } from './escalation-timers.ts';
import type { Escalations } from './escalations.ts';
import { StepPeople } from './step-people.ts';
import { StepPlanner } from './step-planner.ts';

export interface EscalatingOptions {
  ground: Ground;
  escalations: Escalations;
  log: Log;
  leaseMs: number;
  pollMs: number;
  /** Something is planned. */
  onPlanned(): void;
}

/** Lets escalations go on: one part takes steps when they are due, the other one plans what they ask for. */
export const startEscalating = (options: EscalatingOptions): { stop(): Promise<void> } => {
  const { ground, escalations, log, leaseMs, pollMs, onPlanned } = options;
  const { store, clock } = ground;
  const planner = new Planner(store, clock);
  const people = new StepPeople(store.pool);
  const steps = new StepPlanner({ store, escalations, planner, people, clock, onPlanned });
  const reaction = startReaction({
    ...{ store, name: 'escalation', types: ['EscalationStepTaken'] },
    handle: (events) => steps.react(events),
  });
  const timers = new EscalationTimers({ pool: store.pool, escalations, clock, log, leaseMs, pollMs });
  timers.start();
  return {
    stop: async () => {
      await timers.stop();
      await reaction.stop();
    },
  };
};
