import type { CloudEvent } from '@aftertone/contracts';
import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { DeliveriesOfMessage } from '../deliveries/list/delivery.query.ts';
import type { Escalations } from '../escalation/escalations.ts';
import type { AnnouncedEvents } from './announced-events.ts';
import { metaOf } from './meta.ts';

export interface ErasureParts {
  store: EventStore;
  announced: AnnouncedEvents;
  deliveries: DeliveriesOfMessage;
  escalations: Escalations;
  clock: Clock;
}

/** Forgets the callers of purged messages, and what has not been sent about them. */
export class Erasure {
  private readonly parts: ErasureParts;

  constructor(parts: ErasureParts) {
    this.parts = parts;
  }

  async erase(event: CloudEvent, messageId: string): Promise<void> {
    const { store, deliveries, announced, escalations, clock } = this.parts;
    const { tenantid: tenantId } = event;
    await announced.addPurged(tenantId, messageId, clock());
    // Before its deliveries: a step that is planned at the same time finds this, or is found.
    await escalations.erase(event, messageId);
    for await (const ids of deliveries.idsOf(tenantId, messageId)) {
      await Promise.all(
        ids.map((id) => {
          const command = { type: 'EraseCaller', data: {}, meta: { now: clock().toISOString() } } as const;
          return store.handle(deliveryAggregate, { tenantId, id, command, meta: metaOf(event) });
        }),
      );
    }
  }
}
