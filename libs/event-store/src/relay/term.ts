import type pg from 'pg';
import { pause } from '../elected/elected.ts';
import type { Wake } from '../elected/wake.ts';
import type { OutgoingMessage, RecordedEvent } from '../types.ts';
import { type Checkpoint, CheckpointStore } from './checkpoint.ts';
import type { RelayOptions } from './relay.ts';
import { type BusState, resume, type Start } from './resume.ts';
import { recordFailure, translateAll } from './translation.ts';

export type RelaySettings = RelayOptions &
  Required<Pick<RelayOptions, 'pageSize' | 'maxAgeMs' | 'checkpointMs' | 'busTimeoutMs' | 'inspectMs'>>;

/** How long the page at hand may take when the relay is to stop. */
const stopGraceMs = 2_000;

/** The bus did not take something: wait and look at it again. Any other error ends the term. */
class BusFailure extends Error {}

/** The work of an elected relay, on one session. */
export class RelayTerm {
  readonly #settings: RelaySettings;
  readonly #session: pg.Client;
  readonly #checkpoints: CheckpointStore;
  readonly #wake: Wake;
  readonly #signal: AbortSignal;
  #checkpoint: Checkpoint;
  #writtenAt = performance.now();
  #dirty = false;
  #begun = false;
  #failures = 0;

  private constructor(
    settings: RelaySettings,
    session: pg.Client,
    checkpoints: CheckpointStore,
    checkpoint: Checkpoint,
    loop: { wake: Wake; signal: AbortSignal },
  ) {
    this.#settings = settings;
    this.#session = session;
    this.#checkpoints = checkpoints;
    this.#checkpoint = checkpoint;
    this.#wake = loop.wake;
    this.#signal = loop.signal;
  }

  static async begin(settings: RelaySettings, session: pg.Client, wake: Wake, signal: AbortSignal): Promise<RelayTerm> {
    // The checkpoint is a hint: losing the last second of it costs a second reading, not a flush to disk each time.
    await session.query('SET synchronous_commit = off');
    const checkpoints = await CheckpointStore.begin(session, settings.name);
    return new RelayTerm(settings, session, checkpoints, await checkpoints.read(), { wake, signal });
  }

  /** Until the signal. Rejects when the session is lost or another relay was elected. */
  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        await this.#publishLog();
      } catch (error) {
        if (!(error instanceof BusFailure)) throw error;
        await this.#busFailed(error);
      }
    }
    await this.#writeCheckpoint();
  }

  async #publishLog(): Promise<void> {
    const bus = await this.#onBus(() => this.#settings.target.inspect());
    const start = await this.#start(bus);
    let inspectAt = performance.now() + this.#settings.inspectMs;
    let { lastSequence } = bus;
    let { position } = start;
    let page = await this.#read(position);
    while (!this.#signal.aborted) {
      const last = page.at(-1);
      if (last === undefined) {
        // A stream that was wiped meanwhile is filled again now, not only when something new has to be published.
        if (performance.now() >= inspectAt) return;
        await this.#pause();
        page = await this.#read(position);
        continue;
      }
      this.#wake.busy();
      const messages = withoutHeld(await this.#translate(page), start.held);
      const next = this.#read(last.position);
      next.catch(() => undefined); // awaited below; until then a failure must not count as unhandled
      if (messages.length > 0) {
        lastSequence = await this.#onBus(() => this.#settings.target.publish(messages, lastSequence));
      }
      position = last.position;
      await this.#published(position, messages);
      page = await next;
      this.#report(messages.length, page);
      inspectAt = performance.now() + this.#settings.inspectMs;
    }
  }

  async #start(bus: BusState): Promise<Start> {
    // The checkpoint is read anew: that also proves that nobody else was elected in the meantime.
    if (this.#dirty) await this.#writeCheckpoint();
    this.#checkpoint = await this.#checkpoints.read();
    const { store, name } = this.#settings;
    const found = resume(this.#checkpoint, bus, await store.log.headPosition(this.#session));
    const start: Start =
      found.reason === 'wiped' ? { position: await this.#beforeYoungest(), held: null, reason: 'wiped' } : found;
    const goesOn = { name, position: start.position, reason: start.reason, bus };
    if (start.reason === 'log-restored') store.logger.error(goesOn, 'relay goes on');
    else if (!this.#begun || start.reason !== 'checkpoint') store.logger.info(goesOn, 'relay goes on');
    this.#begun = true;
    this.#checkpoint = { ...this.#checkpoint, busCreatedAt: bus.createdAt };
    if (start.reason === 'wiped' || start.reason === 'log-restored') {
      this.#checkpoint = { position: start.position, published: null, busCreatedAt: bus.createdAt };
    }
    // Written before anything is published: after a crash the stream is known, and no longer "wiped".
    await this.#writeCheckpoint();
    return start;
  }

  /** The position before the first event that the stream's age limit would let in. */
  async #beforeYoungest(): Promise<number> {
    const { rows } = await this.#session.query<{ position: number | null }>(
      'SELECT min(position) AS position FROM event WHERE at >= $1',
      [new Date(Date.now() - this.#settings.maxAgeMs)],
    );
    const first = rows[0]?.position ?? null;
    return first === null ? this.#settings.store.log.headPosition(this.#session) : first - 1;
  }

  #read(position: number): Promise<RecordedEvent[]> {
    return this.#settings.store.log.readAll(position, this.#settings.pageSize, this.#session);
  }

  #translate(page: readonly RecordedEvent[]): Promise<OutgoingMessage[]> {
    const { name, store, translate } = this.#settings;
    return translateAll(page, translate, (event, error) =>
      recordFailure(this.#session, name, store.logger, event, error),
    );
  }

  async #published(position: number, messages: readonly OutgoingMessage[]): Promise<void> {
    const last = messages.at(-1);
    const published = last === undefined ? this.#checkpoint.published : { position: last.position, part: last.part };
    this.#checkpoint = { ...this.#checkpoint, position, published };
    this.#dirty = true;
    this.#failures = 0;
    await this.#writeCheckpointWhenDue();
  }

  async #pause(): Promise<void> {
    await this.#writeCheckpointWhenDue();
    await this.#wake.idle(this.#signal);
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
    this.#report(0, await this.#read(this.#checkpoint.position));
    await pause(Math.min(100 * 2 ** this.#failures, 5_000), this.#signal);
    this.#failures += 1;
  }

  /** @param waiting the events that are to be published next; only when there are some the log is asked how many */
  #report(published: number, waiting: readonly RecordedEvent[]): void {
    const { onProgress, store } = this.#settings;
    if (onProgress === undefined) return;
    const [oldest] = waiting;
    if (oldest === undefined) {
      onProgress({ published, lag: 0, oldestAgeMs: 0 });
      return;
    }
    const oldestAgeMs = Math.max(0, Date.now() - Date.parse(oldest.at));
    store.log.headPosition(this.#session).then(
      (head) => onProgress({ published, lag: head - oldest.position + 1, oldestAgeMs }),
      () => undefined, // the session is lost: the next statement says so
    );
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
