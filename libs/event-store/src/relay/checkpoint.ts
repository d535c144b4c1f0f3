import type pg from 'pg';
import { asStoreError } from '../database/errors.ts';
import type { Session } from '../elected/session.ts';

/** How far a relay came, and on which stream. */
export interface Checkpoint {
  /** Everything up to this position is on the bus or publishes nothing. */
  position: number;
  /** The last message then published; null: none yet. */
  published: { position: number; part: number } | null;
  /** Number of the last message that the stream had then; null: not on record. */
  lastSequence: number | null;
  /** When the stream was made; null: this relay has met none yet. */
  busCreatedAt: string | null;
}

/** Somebody else was elected since: this one must stop. */
export class Fenced extends Error {
  constructor(name: string) {
    super(`another process has taken over "${name}"`);
  }
}

interface Row {
  epoch: number;
  position: number;
  published_position: number | null;
  published_part: number | null;
  bus_created_at: string | null;
  last_sequence: number | null;
}

/** The checkpoint of one term. It is a hint that saves work after a restart; what counts is what the stream holds. */
export class CheckpointStore {
  readonly #session: Session;
  readonly #name: string;
  readonly #epoch: number;

  private constructor(session: Session, name: string, epoch: number) {
    this.#session = session;
    this.#name = name;
    this.#epoch = epoch;
  }

  /** Begins a term: from now on writes of earlier terms are refused. */
  static async begin(session: Session, name: string): Promise<CheckpointStore> {
    const { rows } = await session.query<{ epoch: number }>(
      `INSERT INTO relay_checkpoint (name, epoch, position) VALUES ($1, 1, 0)
       ON CONFLICT (name) DO UPDATE SET epoch = relay_checkpoint.epoch + 1 RETURNING epoch`,
      [name],
    );
    return new CheckpointStore(session, name, rows[0]?.epoch ?? 0);
  }

  async read(): Promise<Checkpoint> {
    const { rows } = await this.#session.query<Row>('SELECT * FROM relay_checkpoint WHERE name = $1', [this.#name]);
    const [row] = rows;
    if (row === undefined || row.epoch !== this.#epoch) throw new Fenced(this.#name);
    const { published_position: position, published_part: part } = row;
    return {
      position: row.position,
      published: position === null || part === null ? null : { position, part },
      lastSequence: row.last_sequence,
      busCreatedAt: row.bus_created_at,
    };
  }

  async write({ position, published, lastSequence, busCreatedAt }: Checkpoint): Promise<void> {
    const { rowCount } = await this.#session.query({
      name: 'relay-checkpoint',
      text: `UPDATE relay_checkpoint
             SET position = $3, published_position = $4, published_part = $5, bus_created_at = $6, last_sequence = $7
             WHERE name = $1 AND epoch = $2`,
      values: [this.#name, this.#epoch, position, published?.position, published?.part, busCreatedAt, lastSequence],
    });
    if (rowCount !== 1) throw new Fenced(this.#name);
  }
}

/** Position up to which a relay has published everything, as last recorded: it may be a second behind. 0: nothing yet. */
export async function relayedThrough(pool: pg.Pool, name: string): Promise<number> {
  try {
    const { rows } = await pool.query<Pick<Row, 'position'>>('SELECT position FROM relay_checkpoint WHERE name = $1', [
      name,
    ]);
    return rows[0]?.position ?? 0;
  } catch (error) {
    throw asStoreError(error);
  }
}
