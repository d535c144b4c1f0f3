import type { Clock } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';

const hour = 3_600_000;
/** A day longer than consumers take events at all. */
const keptMs = 16 * 24 * hour;

const purgeOf = (messageId: string): string => `purge of ${messageId}`;

export interface AskedEvent {
  tenantId: string;
  eventId: string;
  /** The message that it is about; null: none. */
  messageId: string | null;
}

export interface DoneEvents {
  /** All notifications of the event are planned. */
  planned(event: AskedEvent): boolean;
  /** Its message is purged. */
  purged(event: AskedEvent): boolean;
}

/**
 * The events whose notifications are planned. A repeat must find the recipients of then: who was added to the mailbox
 * since is not told of an old message because the bus was wiped and filled again.
 */
export class AnnouncedEvents {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Which of these events are done with. */
  async doneOf(asked: readonly AskedEvent[]): Promise<DoneEvents> {
    if (asked.length === 0) return { planned: () => false, purged: () => false };
    const names = asked.flatMap(({ tenantId, eventId, messageId }) => [
      { tenantId, name: eventId },
      ...(messageId === null ? [] : [{ tenantId, name: purgeOf(messageId) }]),
    ]);
    const { rows } = await this.pool.query<{ tenantId: string; name: string }>({
      name: 'announced-events',
      text: `SELECT tenant_id AS "tenantId", event_id AS name FROM announced_event
        WHERE (tenant_id, event_id) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))`,
      values: [names.map(({ tenantId }) => tenantId), names.map(({ name }) => name)],
    });
    const found = new Set(rows.map(({ tenantId, name }) => `${tenantId} ${name}`));
    return {
      planned: ({ tenantId, eventId }) => found.has(`${tenantId} ${eventId}`),
      purged: ({ tenantId, messageId }) => messageId !== null && found.has(`${tenantId} ${purgeOf(messageId)}`),
    };
  }

  /** All notifications of these events are planned. */
  async addAll(events: ReadonlyArray<Pick<AskedEvent, 'tenantId' | 'eventId'>>, at: Date): Promise<void> {
    if (events.length === 0) return;
    await this.pool.query({
      name: 'announce-events',
      text: `INSERT INTO announced_event (tenant_id, event_id, at)
        SELECT tenant_id, event_id, $3 FROM unnest($1::uuid[], $2::text[]) AS told(tenant_id, event_id)
        ON CONFLICT DO NOTHING`,
      values: [events.map(({ tenantId }) => tenantId), events.map(({ eventId }) => eventId), at],
    });
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
    return this.addAll([{ tenantId, eventId: purgeOf(messageId) }], at);
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
