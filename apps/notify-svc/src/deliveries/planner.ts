import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { type CausingEvent, metaOf } from '../mailbox-events/meta.ts';
import { settled } from '../mailbox-events/settled.ts';
import { endpointOf, laneOf } from './chain.ts';
import { deliveryAggregate } from './delivery.aggregate.ts';
import type { PlannedContent } from './delivery.ts';
import { deliveryId } from './delivery-id.ts';
import type { Departing, Outlet } from './outlet.ts';

const departingOf = (
  { tenantid: tenantId, correlationid: correlationId }: CausingEvent,
  { facts, endpoint = endpointOf(tenantId, facts) }: PlannedContent,
): Departing => ({
  ...{ tenantId, correlationId, endpoint },
  ...{ id: deliveryId({ tenantId, ...facts }), lane: laneOf(facts.channel) },
});

/** What is held back on purpose is sent by whoever is there then. */
const isForNow = ({ dueAt }: PlannedContent): boolean => dueAt === undefined;

const never = (): boolean => false;

/** Puts plans on record: from then on they are sent, whatever happens. Planned twice is planned once. */
export class Planner {
  private readonly store: EventStore;
  private readonly clock: Clock;
  private readonly outlet: Outlet | null;

  /** `outlet` null: what is planned waits until somebody looks. */
  constructor(store: EventStore, clock: Clock, outlet: Outlet | null = null) {
    this.store = store;
    this.clock = clock;
    this.outlet = outlet;
  }

  /**
   * `cause`: the event that led here; `isTheirTurn`: what may be sent without waiting. All are tried before a failure is
   * thrown.
   */
  async plan(
    cause: CausingEvent,
    planned: readonly PlannedContent[],
    isTheirTurn: (content: PlannedContent) => boolean = never,
  ): Promise<void> {
    const waiting: Departing[] = [];
    const plans = planned.map((content) => {
      const departing = departingOf(cause, content);
      const begun = isTheirTurn(content) ? this.begin(cause, departing, content) : null;
      if (begun !== null) return begun;
      waiting.push(departing);
      return this.queue(cause, departing, content);
    });
    await settled(plans).finally(() => this.outlet?.queued(waiting));
  }

  private begin(cause: CausingEvent, departing: Departing, content: PlannedContent): Promise<void> | null {
    const { tenantId, id } = departing;
    const meta = { now: this.clock().toISOString() };
    return (
      this.outlet?.begin(departing, (leaseUntil) => {
        const command = { type: 'PlanAndStart', data: { content, leaseUntil }, meta } as const;
        return this.store.handle(deliveryAggregate, { tenantId, id, command, meta: metaOf(cause), isNew: true });
      }) ?? null
    );
  }

  private async queue(cause: CausingEvent, { tenantId, id }: Departing, data: PlannedContent): Promise<void> {
    const command = { type: 'PlanNotification', data, meta: { now: this.clock().toISOString() } } as const;
    const request = { tenantId, id, command, meta: metaOf(cause), isNew: true };
    const { events, held } = await this.store.handle(deliveryAggregate, request);
    if (events.length > 0 && isForNow(data)) this.outlet?.atHand.keep({ tenantId, id }, held);
  }
}
