import type { EventMeta, EventStore, TenantReads } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Recordings } from '../storages/recordings.ts';

/** What every part of the service stands on. Throws `store-unavailable` while the database has not answered yet. */
export interface Ground {
  readonly store: EventStore;
  /** Short reads on behalf of tenants. */
  readonly reads: TenantReads;
  readonly recordings: Recordings;
  /** The database's time. */
  readonly clock: Clock;
}

/** What is recorded beside an event that this service causes. */
export const causedBy = (correlationId: string, causationId?: string): EventMeta => ({
  actor: { kind: 'service', id: 'media-svc' },
  correlationId,
  ...(causationId === undefined ? {} : { causationId }),
});
