import type { EventMeta } from '@aftertone/event-store';
import type { Caller } from '../http/service-calls.ts';

/** Who did it, for what is stored beside an event. */
export const metaOf = ({ session, correlationId }: Caller): EventMeta => ({
  actor: { kind: session.kind, id: session.userId },
  correlationId,
});
