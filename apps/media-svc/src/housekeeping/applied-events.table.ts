import type { Pool } from 'pg';
import type { AppliedEvents } from './applied-events.ts';

interface Row {
  since: Date;
  through: Date | null;
  stream_created_at: string;
  stream_sequence: number;
  caught_up_at: Date | null;
}

/** What is known of applied events, kept over restarts and shared by replicas. */
export class AppliedEventsTable {
  private readonly pool: Pool;
  private readonly consumer: string;

  constructor(pool: Pool, consumer: string) {
    this.pool = pool;
    this.consumer = consumer;
  }

  async load(): Promise<AppliedEvents | null> {
    const { rows } = await this.pool.query<Row>('SELECT * FROM applied_events WHERE consumer = $1', [this.consumer]);
    const [row] = rows;
    if (row === undefined) return null;
    return {
      since: row.since.toISOString(),
      through: row.through?.toISOString() ?? null,
      streamCreatedAt: row.stream_created_at,
      streamSequence: row.stream_sequence,
      caughtUpAt: row.caught_up_at?.toISOString() ?? null,
    };
  }

  async save({ since, through, streamCreatedAt, streamSequence, caughtUpAt }: AppliedEvents): Promise<void> {
    await this.pool.query(
      `INSERT INTO applied_events (consumer, since, through, stream_created_at, stream_sequence, caught_up_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (consumer) DO UPDATE SET since = excluded.since, through = excluded.through,
         stream_created_at = excluded.stream_created_at, stream_sequence = excluded.stream_sequence,
         caught_up_at = excluded.caught_up_at`,
      [this.consumer, since, through, streamCreatedAt, streamSequence, caughtUpAt],
    );
  }
}
