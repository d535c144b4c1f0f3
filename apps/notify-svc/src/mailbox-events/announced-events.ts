import type { Clock } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';

const hour = 3_600_000;
/** A day longer than consumers take events at all. */
const keptMs = 16 * 24 * hour;

const purgeOf = (messageId: string): string => `purge of ${messageId}`;

/**
 * The events whose notifications are planned. A repeat must find the recipients of then: who was added to the mailbox
 * since is not told of an old message because the bus was wiped and filled again.
 */
export class AnnouncedEvents {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Whether the event is done with: announced before, or its message is purged. */
  async has(tenantId: string, eventId: string, messageId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'SELECT FROM announced_event WHERE tenant_id = $1 AND event_id = ANY ($2)',
      [tenantId, [eventId, purgeOf(messageId)]],
    );
    return rowCount !== 0;
  }

  /** Whether all notifications of the event are planned. */
  async isPlanned(tenantId: string, eventId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('SELECT FROM announced_event WHERE tenant_id = $1 AND event_id = $2', [
      tenantId,
      eventId,
    ]);
    return rowCount !== 0;
  }

  async add(tenantId: string, eventId: string, at: Date): Promise<void> {
    await this.pool.query(
      'INSERT INTO announced_event (tenant_id, event_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [tenantId, eventId, at],
    );
  }

  /** Whether something of this name was told after `since`. */
  async isSince(tenantId: string, name: string, since: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'SELECT FROM announced_event WHERE tenant_id = $1 AND event_id = $2 AND at > $3',
      [tenantId, name, since],
    );
    return rowCount !== 0;
  }

  /** Something of this name was told at `at`, again. */
  async renew(tenantId: string, name: string, at: Date): Promise<void> {
    await this.pool.query(
      `INSERT INTO announced_event (tenant_id, event_id, at) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, event_id) DO UPDATE SET at = excluded.at`,
      [tenantId, name, at],
    );
  }

  /** Of a purged message nothing is told any more, also when its first event comes late (out of the dead letters). */
  addPurged(tenantId: string, messageId: string, at: Date): Promise<void> {
    return this.add(tenantId, purgeOf(messageId), at);
  }

  /** Forgets, once an hour, what nobody will bring again. */
  startForgetting(clock: Clock, log: Log): { stop(): void } {
    const forget = (): Promise<unknown> =>
      this.pool
        .query('DELETE FROM announced_event WHERE at < $1', [new Date(clock().getTime() - keptMs)])
        .catch((error: unknown) => log.warn({ err: error }, 'old events could not be forgotten'));
    const timer = setInterval(() => void forget(), hour).unref();
    return { stop: () => clearInterval(timer) };
  }
}
