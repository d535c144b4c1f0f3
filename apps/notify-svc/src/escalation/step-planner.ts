import { contractEventId } from '@aftertone/contracts';
import type { EventStore, RecordedEvent } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import { deliveryId } from '../deliveries/delivery-id.ts';
import type { Planner } from '../deliveries/planner.ts';
import { type CausingEvent, metaOf } from '../mailbox-events/meta.ts';
import { planEscalationStep } from '../planning/escalation-step.ts';
import { escalationAggregate } from './escalation.aggregate.ts';
import type { StartedEscalation, StepTaken } from './escalation.ts';
import type { Escalations } from './escalations.ts';
import type { StepPeople } from './step-people.ts';

export interface StepPlannerParts {
  store: EventStore;
  escalations: Escalations;
  planner: Planner;
  people: StepPeople;
  clock: Clock;
  /** Something is planned. */
  onPlanned(): void;
}

const streamPrefix = `${escalationAggregate.type}-`;
const nobody = { callerNumber: null, callerName: null, calledNumber: null };

/** Plans what the steps of escalations ask for. A step is on record before: none is lost, and none is planned twice. */
export class StepPlanner {
  private readonly parts: StepPlannerParts;

  constructor(parts: StepPlannerParts) {
    this.parts = parts;
  }

  /** Follows the service's own log. Events may come again. */
  async react(events: readonly RecordedEvent[]): Promise<void> {
    for (const { streamId, type, data, tenantId, id, meta } of events) {
      if (!streamId.startsWith(streamPrefix) || type !== 'EscalationStepTaken') continue;
      // The contract event that tells of the step.
      const cause = { tenantid: tenantId, id: contractEventId(id, 0), correlationid: meta.correlationId };
      await this.plan(cause, data as StepTaken);
    }
  }

  private async plan(cause: CausingEvent, taken: StepTaken): Promise<void> {
    const { escalations, planner, onPlanned } = this.parts;
    const message = { tenantId: cause.tenantid, messageId: taken.messageId };
    const escalation = await escalations.find(message);
    if (escalation.status === 'absent' || escalation.status === 'stopped' || escalation.erased) return;
    // It goes on elsewhere.
    if (escalation.mailboxId !== taken.mailboxId) return;
    const planned = await this.planFor(cause, taken, escalation);
    await planner.plan(cause, planned);
    const now = await escalations.find(message);
    if (now.status !== 'absent' && now.erased) await this.erase(cause, planned);
    onPlanned();
  }

  private async planFor(
    { tenantid: tenantId, id: eventId }: CausingEvent,
    { step: n, of }: StepTaken,
    escalation: StartedEscalation,
  ): Promise<PlannedContent[]> {
    const { people, clock } = this.parts;
    const { steps, messageId, mailboxId, correlationId, notice, caller = nobody } = escalation;
    const step = steps[n - 1];
    if (step === undefined) return [];
    const who = await people.of(tenantId, step);
    const about = { eventId, correlationId, messageId, mailboxId, notice, caller, escalation: { step: n, of } };
    return planEscalationStep({ ...about, step, ...who, now: clock() }).planned;
  }

  /** The purge came in between, and has not seen these. */
  private async erase(cause: CausingEvent, planned: readonly PlannedContent[]): Promise<void> {
    const { store, clock } = this.parts;
    const { tenantid: tenantId } = cause;
    for (const { facts } of planned) {
      const id = deliveryId({ tenantId, ...facts });
      const command = { type: 'EraseCaller', data: {}, meta: { now: clock().toISOString() } } as const;
      await store.handle(deliveryAggregate, { tenantId, id, command, meta: metaOf(cause) });
    }
  }
}
