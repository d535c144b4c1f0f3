import { pause } from '../elected/elections.ts';
import type { Session } from '../elected/session.ts';
import type { Follower } from '../tail/log-tail.ts';
import type { MessagePlace, OutgoingMessage, RecordedEvent } from '../types.ts';
import { type Checkpoint, CheckpointStore } from './checkpoint.ts';
import type { RelayOptions } from './relay.ts';
import { type BusState, resume, type Start } from './resume.ts';
import { type Failed, recordFailure, translateAll } from './translation.ts';

export type RelaySettings = RelayOptions &
  Required<Pick<RelayOptions, 'pageSize' | 'maxAgeMs' | 'checkpointMs' | 'busTimeoutMs' | 'inspectMs'>>;

/** How long the page at hand may take when the relay is to stop. */
const stopGraceMs = 2_000;

/** The bus did not take something: wait and look at it again. Any other error ends the term. */
class BusFailure extends Error {}

/** The work of an elected relay, on one session. */
export class RelayTerm {
  readonly #settings: RelaySettings;
  readonly #session: Session;
  readonly #checkpoints: CheckpointStore;
  readonly #follower: Follower;
  readonly #signal: AbortSignal;
  #checkpoint: Checkpoint;
  #writtenAt = performance.now();
  #dirty = false;
  #begun = false;
  #failures = 0;

  private constructor(
    settings: RelaySettings,
    session: Session,
    checkpoints: CheckpointStore,
    checkpoint: Checkpoint,
    signal: AbortSignal,
  ) {
    this.#settings = settings;
    this.#session = session;
    this.#checkpoints = checkpoints;
    this.#checkpoint = checkpoint;
    this.#follower = settings.store.tail.follow(session, checkpoint.position);
    this.#signal = signal;
  }

  static async begin(settings: RelaySettings, session: Session, signal: AbortSignal): Promise<RelayTerm> {
    const checkpoints = await CheckpointStore.begin(session, settings.name);
    return new RelayTerm(settings, session, checkpoints, await checkpoints.read(), signal);
  }

  /** Until the signal. Rejects when the session is lost or another relay was elected. */
  async run(): Promise<void> {
    try {
      while (!this.#signal.aborted) {
        try {
          await this.#publishLog();
        } catch (error) {
          if (!(error instanceof BusFailure)) throw error;
          await this.#busFailed(error);
        }
      }
    } finally {
      this.#follower.close();
    }
    if (!this.#session.lost.aborted) await this.#writeCheckpoint();
  }

  async #publishLog(): Promise<void> {
    const isOurs = await this.#ours();
    const bus = await this.#onBus(() => this.#settings.target.inspect(isOurs));
    const start = await this.#start(bus);
    let { lastSequence } = bus;
    let { position } = start;
    let page = await this.#next(position);
    while (!this.#signal.aborted) {
      const last = page.at(-1);
      // A stream that was wiped meanwhile is filled again now, not only when something new has to be published.
      if (last === undefined) return;
      const messages = withoutHeld(await this.#translate(page), start.held);
      // Behind a full page there are more: they are read while the bus is busy with this one.
      const following = page.length === this.#settings.pageSize ? this.#next(last.position, 0) : null;
      following?.catch(() => undefined); // awaited below; until then a failure must not count as unhandled
      if (messages.length > 0) {
        lastSequence = await this.#onBus(() => this.#settings.target.publish(messages, lastSequence));
      }
      position = last.position;
      await this.#published(position, messages, lastSequence);
      page = await (following ?? this.#next(position, 0));
      this.#report(messages.length, page);
      if (page.length === 0) page = await this.#next(position);
    }
  }

  /**
   * Knows messages that were made from the log as it is; the one that was published last without reading it again. One
   * from behind the log's end is let pass: nothing can be said of it, and `resume` sees by it that the log was restored
   * from a backup.
   */
  async #ours(): Promise<(place: MessagePlace) => Promise<boolean>> {
    const { store } = this.#settings;
    const { published } = this.#checkpoint;
    const head = await store.log.headPosition(this.#session);
    return async ({ id, position, part }) => {
      if (position > head || (position === published?.position && part === published.part)) return true;
      const events = await store.log.readAll(position - 1, 1, this.#session);
      const messages = await this.#translate(events, async () => undefined);
      return messages.some((one) => one.id === id && one.position === position && one.part === part);
    };
  }

  async #start(bus: BusState): Promise<Start> {
    // The checkpoint is read anew: that also proves that nobody else was elected in the meantime.
    if (this.#dirty) await this.#writeCheckpoint();
    this.#checkpoint = await this.#checkpoints.read();
    const { store, name } = this.#settings;
    const head = await store.log.headPosition(this.#session);
    const found = resume(this.#checkpoint, bus, head);
    const start: Start =
      found.reason === 'wiped' ? { position: await this.#beforeYoungest(head), held: null, reason: 'wiped' } : found;
    const goesOn = { name, position: start.position, reason: start.reason, bus };
    if (start.reason === 'log-restored') store.logger.error(goesOn, 'relay goes on');
    else if (!this.#begun || start.reason !== 'checkpoint') store.logger.info(goesOn, 'relay goes on');
    this.#begun = true;
    this.#checkpoint = { ...this.#checkpoint, busCreatedAt: bus.createdAt, lastSequence: bus.lastSequence };
    if (start.reason === 'wiped' || start.reason === 'log-restored') {
      this.#checkpoint = { ...this.#checkpoint, position: start.position, published: null };
    }
    // Written before anything is published: after a crash the stream is known, and no longer "wiped".
    await this.#writeCheckpoint();
    return start;
  }

  /** The position before the first event that the stream's age limit would let in; what came after `head` is young. */
  async #beforeYoungest(head: number): Promise<number> {
    const { rows } = await this.#session.query<{ position: number | null }>(
      'SELECT min(position) AS position FROM event WHERE at >= $1',
      [new Date(Date.now() - this.#settings.maxAgeMs)],
    );
    const first = rows[0]?.position ?? null;
    return first === null ? head : first - 1;
  }

  /** The events after a position, when there are some before the stream is to be looked at again. */
  async #next(after: number, waitMs = this.#settings.inspectMs): Promise<RecordedEvent[]> {
    const until = performance.now() + waitMs;
    const { pageSize: limit } = this.#settings;
    const ask = async (ms: number) =>
      (await this.#follower.next({ after, limit, waitMs: ms, signal: this.#signal })).events;
    const dueMs = this.#dirty ? Math.max(0, this.#writtenAt + this.#settings.checkpointMs - performance.now()) : waitMs;
    const events = await ask(Math.min(waitMs, dueMs));
    if (events.length > 0 || waitMs <= dueMs) return events;
    await this.#writeCheckpoint();
    return ask(until - performance.now());
  }

  async #translate(
    page: readonly RecordedEvent[],
    failed: Failed = (event, error) => this.#keepFailure(event, error),
  ): Promise<OutgoingMessage[]> {
    const { select, translate } = this.#settings;
    return translateAll(select === undefined ? page : await select(page), translate, failed);
  }

  #keepFailure(event: RecordedEvent, error: unknown): Promise<void> {
    const { name, store } = this.#settings;
    return recordFailure(this.#session, name, store.logger, event, error);
  }

  async #published(position: number, messages: readonly OutgoingMessage[], lastSequence: number): Promise<void> {
    const last = messages.at(-1);
    const published = last === undefined ? this.#checkpoint.published : { position: last.position, part: last.part };
    this.#checkpoint = { ...this.#checkpoint, position, published, lastSequence };
    this.#dirty = true;
    this.#failures = 0;
    await this.#writeCheckpointWhenDue();
  }

  async #writeCheckpointWhenDue(): Promise<void> {
    if (this.#dirty && performance.now() - this.#writtenAt >= this.#settings.checkpointMs)
      await this.#writeCheckpoint();
  }

  async #writeCheckpoint(): Promise<void> {
    await this.#checkpoints.write(this.#checkpoint);
    this.#writtenAt = performance.now();
    this.#dirty = false;
  }

  async #busFailed(failure: BusFailure): Promise<void> {
    const { name, store } = this.#settings;
    store.logger.warn(
      { name, position: this.#checkpoint.position, err: failure.cause },
      'the bus does not take events',
    );
    this.#report(0, await this.#next(this.#checkpoint.position, 0));
    await pause(Math.min(100 * 2 ** this.#failures, 5_000), this.#signal);
    this.#failures += 1;
  }

  /** @param waiting the events that are to be published next; only when there are some the log is asked how many */
  #report(published: number, waiting: readonly RecordedEvent[]): void {
    const { onProgress, store } = this.#settings;
    if (onProgress === undefined) return;
    const [oldest] = waiting;
    const newest = waiting.at(-1);
    if (oldest === undefined || newest === undefined) {
      onProgress({ published, lag: 0, oldestAgeMs: 0 });
      return;
    }
    const oldestAgeMs = Math.max(0, Date.now() - Date.parse(oldest.at));
    const tell = (head: number) => onProgress({ published, lag: head - oldest.position + 1, oldestAgeMs });
    // A page that is not full holds all that is known.
    if (waiting.length < this.#settings.pageSize) tell(newest.position);
    else store.log.headPosition(this.#session).then(tell, () => undefined); // a lost session ends the term by itself
  }

  /** Calls the bus: whatever goes wrong there, and silence, is a `BusFailure`. */
  async #onBus<T>(call: () => Promise<T>): Promise<T> {
    const answered = new AbortController();
    const silence = this.#silence(answered.signal);
    silence.catch(() => undefined);
    try {
      return await Promise.race([call(), silence]);
    } catch (error) {
      throw new BusFailure('bus', { cause: error });
    } finally {
      answered.abort();
    }
  }

  /** Rejects when the bus has had its time; a relay that is to stop gives it little. */
  async #silence(answered: AbortSignal): Promise<never> {
    await pause(this.#settings.busTimeoutMs, AbortSignal.any([answered, this.#signal]));
    if (this.#signal.aborted) await pause(stopGraceMs, answered);
    throw new Error('the bus does not answer');
  }
}

const withoutHeld = (messages: OutgoingMessage[], held: Start['held']): OutgoingMessage[] =>
  held === null
    ? messages
    : messages.filter(
        ({ position, part }) => position > held.position || (position === held.position && part > held.part),
      );
