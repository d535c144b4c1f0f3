import type { Channel, Counts } from '@aftertone/contracts';
import { stepOf } from '../deliveries/chain.ts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Planner } from '../deliveries/planner.ts';
import type { LampsAtOnce } from '../mwi/send-mwi.ts';
import type { CausingEvent } from './meta.ts';
import { settled } from './settled.ts';

/** What else is known when it is planned. */
export interface Surroundings {
  /** The newest of its mailbox. */
  counts: Counts | null;
  /** Webhooks that follow it and are paused. */
  paused: ReadonlySet<string>;
}

const areTheLamps = ({ notice }: PlannedContent): boolean => notice.kind === 'lamps';

/** The counts that follow the message have come. */
const countsAreThere = ({ notice }: PlannedContent, counts: Counts): boolean =>
  notice.kind === 'lamps' && counts.revision >= notice.revision;

const comesBefore = (one: PlannedContent, other: PlannedContent): boolean =>
  stepOf(one.facts.channel) < stepOf(other.facts.channel);

/**
 * What is worth sending at once. Care taken while it is planned still ends pushes and texts to phones that wait, and what is
 * sent together waits for the others.
 */
const sentAtOnce: ReadonlySet<Channel> = new Set(['email', 'text', 'external', 'webhook']);

const mayGo = ({ facts, dueAt, group }: PlannedContent, paused: ReadonlySet<string>): boolean =>
  sentAtOnce.has(facts.channel) && dueAt === undefined && group === undefined && !paused.has(facts.recipient);

/** Puts plans on record, and begins with what comes first where a place is free; of lamps whose turn it is already, that they are told. */
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

  /** `planned`: all that the event leads to, at first. */
  async take(cause: CausingEvent, planned: readonly PlannedContent[], { counts, paused }: Surroundings): Promise<void> {
    const isFirst = (content: PlannedContent): boolean =>
      mayGo(content, paused) && !planned.some((other) => comesBefore(other, content));
    const lamps = planned.find(areTheLamps);
    const isTheirTurn =
      lamps !== undefined &&
      counts !== null &&
      countsAreThere(lamps, counts) &&
      !planned.some((other) => comesBefore(other, lamps));
    if (!isTheirTurn) return this.planner.plan(cause, planned, isFirst);
    await settled([
      this.lampsAtOnce(cause, lamps, counts),
      this.planner.plan(
        cause,
        planned.filter((content) => content !== lamps),
        isFirst,
      ),
    ]);
  }
}
