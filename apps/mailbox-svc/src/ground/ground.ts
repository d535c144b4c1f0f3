import type { EventStore, TenantReads } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { DataSource } from 'typeorm';

/** What every part of the service stands on. Throws `store-unavailable` while the database has not answered yet. */
export interface Ground {
  readonly store: EventStore;
  /** Sessions of the reading role, for `asTenant`. */
  readonly reader: DataSource;
  /** Short reads that many calls make. */
  readonly reads: TenantReads;
  /** The database's time. */
  readonly clock: Clock;
}

/** The time of a command that is handled now. */
export const commandMeta = ({ clock }: Ground): { now: string } => ({ now: clock().toISOString() });
