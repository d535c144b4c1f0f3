import type { CloudEvent } from '@aftertone/contracts';
import type { EventMeta } from '@aftertone/event-store';

/** The event that leads to something. */
export type CausingEvent = Pick<CloudEvent, 'tenantid' | 'id' | 'correlationid'>;

/** What is recorded with whatever an event leads to. */
export const metaOf = (event: CausingEvent): EventMeta => ({
  actor: { kind: 'service', id: 'notify-svc' },
  correlationId: event.correlationid,
  causationId: event.id,
});
