import type { Session } from '../elected/session.ts';

export interface CheckpointTimes {
  /** How often it is written at most while events are handled, in milliseconds. */
  everyMs: number;
  /** Events that were only passed over before it is written. */
  passedOver: number;
}

/**
 * How far a reaction came, in one term. It is written now and then: after a kill what was handled since comes again. What
 * is only passed over is hardly worth writing.
 */
export class ReactionCheckpoint {
  readonly #session: Session;
  readonly #name: string;
  readonly #epoch: number;
  readonly #times: CheckpointTimes;
  #written: number;
  #writtenAt = performance.now();
  #position: number;
  /** Something was handled since it was written. */
  #handled = false;

  private constructor(
    session: Session,
    term: { name: string; epoch: number; position: number },
    times: CheckpointTimes,
  ) {
    this.#session = session;
    this.#name = term.name;
    this.#epoch = term.epoch;
    this.#times = times;
    this.#written = term.position;
    this.#position = term.position;
  }

  /** Begins a term: from now on writes of earlier terms are refused. */
  static async begin(
    session: Session,
    name: string,
    from: 'start' | 'now',
    times: CheckpointTimes,
  ): Promise<ReactionCheckpoint> {
    const { rows } = await session.query<{ epoch: number; position: number }>(
      `INSERT INTO reaction_checkpoint (name, epoch, position)
         SELECT $1, 1, CASE WHEN $2 THEN position ELSE 0 END FROM log_head
       ON CONFLICT (name) DO UPDATE SET epoch = reaction_checkpoint.epoch + 1 RETURNING epoch, position`,
      [name, from === 'now'],
    );
    return new ReactionCheckpoint(session, { name, ...(rows[0] ?? { epoch: 0, position: 0 }) }, times);
  }

  get position(): number {
    return this.#position;
  }

  /** Milliseconds until it is to be written; null when there is nothing to remember. */
  get dueInMs(): number | null {
    if (!this.#handled) return this.#position - this.#written >= this.#times.passedOver ? 0 : null;
    return Math.max(0, this.#writtenAt + this.#times.everyMs - performance.now());
  }

  /** Everything up to `position` is done. */
  async move(position: number, handled: boolean): Promise<void> {
    this.#position = position;
    this.#handled ||= handled;
    if (this.dueInMs === 0) await this.write();
  }

  /** @throws Error when another process has taken over */
  async write(): Promise<void> {
    if (this.#position === this.#written) return;
    const position = this.#position;
    const { rowCount } = await this.#session.query({
      name: 'reaction-checkpoint',
      text: 'UPDATE reaction_checkpoint SET position = $3 WHERE name = $1 AND epoch = $2',
      values: [this.#name, this.#epoch, position],
    });
    if (rowCount !== 1) throw new Error(`another process has taken over reaction "${this.#name}"`);
    this.#written = position;
    this.#writtenAt = performance.now();
    this.#handled = false;
  }
}
