import type { Pool } from 'pg';

/**
 * The events whose notifications are planned. A repeat must find the recipients of then: who was added to the mailbox
 * since is not told of an old message because the bus was wiped and filled again.
 */
export class AnnouncedEvents {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async has(tenantId: string, eventId: string): Promise<boolean> {
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

  /** Consumers ignore events so old that nobody will ask for them again. */
  async forgetBefore(at: Date): Promise<void> {
    await this.pool.query('DELETE FROM announced_event WHERE at < $1', [at]);
  }
}
