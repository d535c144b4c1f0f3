import type { Counts } from '@aftertone/contracts';
import { stepOf } from '../deliveries/chain.ts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Planner } from '../deliveries/planner.ts';
import type { LampsAtOnce } from '../mwi/send-mwi.ts';
import type { CausingEvent } from './meta.ts';
import { settled } from './settled.ts';

const areTheLamps = ({ notice }: PlannedContent): boolean => notice.kind === 'lamps';

/** The counts that follow the message have come. */
const countsAreThere = ({ notice }: PlannedContent, counts: Counts): boolean =>
  notice.kind === 'lamps' && counts.revision >= notice.revision;

const comesBefore = (one: PlannedContent, other: PlannedContent): boolean =>
  stepOf(one.facts.channel) < stepOf(other.facts.channel);

/** Puts plans on record; of lamps whose turn it is already, that they are told. */
export class FirstTurn {
  private readonly planner: Planner;
  private readonly lampsAtOnce: LampsAtOnce;

  constructor(planner: Planner, lampsAtOnce: LampsAtOnce) {
    this.planner = planner;
    this.lampsAtOnce = lampsAtOnce;
  }

  plan(cause: CausingEvent, planned: readonly PlannedContent[]): Promise<void> {
    return this.planner.plan(cause, planned);
  }

  /** `planned`: all that the event leads to, at first; `counts`: the newest of its mailbox. */
  async take(cause: CausingEvent, planned: readonly PlannedContent[], counts: Counts | null): Promise<void> {
    const lamps = planned.find(areTheLamps);
    const isTheirTurn =
      lamps !== undefined &&
      counts !== null &&
      countsAreThere(lamps, counts) &&
      !planned.some((other) => comesBefore(other, lamps));
    if (!isTheirTurn) return this.planner.plan(cause, planned);
    await settled([
      this.lampsAtOnce(cause, lamps, counts),
      this.planner.plan(
        cause,
        planned.filter((content) => content !== lamps),
      ),
    ]);
  }
}
