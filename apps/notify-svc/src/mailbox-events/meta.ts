import type { CloudEvent } from '@aftertone/contracts';
import type { EventMeta } from '@aftertone/event-store';

/** What is recorded with whatever an event leads to. */
export const metaOf = (event: CloudEvent): EventMeta => ({
  actor: { kind: 'service', id: 'notify-svc' },
  correlationId: event.correlationid,
  causationId: event.id,
});
