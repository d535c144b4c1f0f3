import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { type CausingEvent, metaOf } from '../mailbox-events/meta.ts';
import { settled } from '../mailbox-events/settled.ts';
import { type Lane, laneOf } from './chain.ts';
import { deliveryAggregate } from './delivery.aggregate.ts';
import type { PlannedContent } from './delivery.ts';
import { deliveryId } from './delivery-id.ts';

/** Puts plans on record: from then on they are sent, whatever happens. Planned twice is planned once. */
export class Planner {
  private readonly store: EventStore;
  private readonly clock: Clock;
  private readonly onQueued: (lane: Lane) => void;

  /** `onQueued` hears where something waits now to be sent. */
  constructor(store: EventStore, clock: Clock, onQueued: (lane: Lane) => void = () => {}) {
    this.store = store;
    this.clock = clock;
    this.onQueued = onQueued;
  }

  /** `cause`: the event that led here. All are tried before a failure is thrown. */
  async plan(cause: CausingEvent, planned: readonly PlannedContent[]): Promise<void> {
    const { tenantid: tenantId } = cause;
    const now = this.clock().toISOString();
    const plans = settled(
      planned.map((data) => {
        const command = { type: 'PlanNotification', data, meta: { now } } as const;
        const id = deliveryId({ tenantId, ...data.facts });
        return this.store.handle(deliveryAggregate, { tenantId, id, command, meta: metaOf(cause), isNew: true });
      }),
    );
    const lanes = new Set(planned.map(({ facts }) => laneOf(facts.channel)));
    await plans.finally(() => {
      for (const lane of lanes) this.onQueued(lane);
    });
  }
}
