import type { DueMessage, Retention } from '@aftertone/contracts';
import type { Stage } from './stage.ts';

/** The rule for each stage, and what it does with a message. */
export const ruleOf: Readonly<Record<Stage, Pick<DueMessage, 'rule' | 'action'>>> = {
  heard: { rule: 'heardDays', action: 'delete' },
  unheard: { rule: 'unheardDays', action: 'delete' },
  trash: { rule: 'trashDays', action: 'purge' },
  deleted: { rule: 'deletedDays', action: 'purge' },
};

export const stages = Object.keys(ruleOf) as Stage[];

const dayMs = 24 * 3_600_000;

/** What has been in a stage since then goes. */
export interface Cutoff {
  stage: Stage;
  through: Date;
}

/** One for each rule that there is. */
export const cutoffsOf = (retention: Retention, now: Date): Cutoff[] =>
  stages.flatMap((stage) => {
    const days = retention[ruleOf[stage].rule];
    return days === null ? [] : [{ stage, through: new Date(now.getTime() - days * dayMs) }];
  });
