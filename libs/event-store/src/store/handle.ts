import { setTimeout as delay } from 'node:timers/promises';
import { type Command, conflict, DomainError, type DomainEvent, rejected } from '@aftertone/kernel';
import type { AppendLane } from '../append/lane.ts';
import type { AppendRequest } from '../append/request.ts';
import { makeDataKey } from '../sealing/fields.ts';
import type { KeyRing } from '../sealing/keks.ts';
import type {
  Aggregate,
  Dedup,
  DedupKey,
  GuardFailure,
  HandleRequest,
  HandleResult,
  HeldStream,
  RecordedEvent,
  Stamps,
} from '../types.ts';
import { keyReused, type Repeated } from './dedup.ts';
import { KeyedQueue } from './keyed-queue.ts';
import type { StreamReader } from './load.ts';
import { planAppend } from './plan.ts';

export interface HandlerParts {
  lane: AppendLane;
  reader: StreamReader;
  ring: KeyRing;
  /** How often a command is decided anew after another process changed its stream first. */
  maxAttempts: number;
  findRepeated(tenantId: string, dedup: DedupKey): Promise<Repeated | null>;
}

/** The one path of writing: load, decide, append. */
export class CommandHandler {
  readonly #parts: HandlerParts;
  readonly #streams = new KeyedQueue();

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  /** Commands to one stream run one after another in this process: only other processes can be in conflict. */
  handle<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    request: HandleRequest<C, State>,
  ): Promise<HandleResult<State, E>> {
    const streamId = `${aggregate.type}-${request.id}`;
    return this.#streams.run(`${request.tenantId}/${streamId}`, async () => {
      for (let attempt = 1; attempt <= this.#parts.maxAttempts; attempt += 1) {
        // Only the first attempt may rely on what the caller knows: a conflict says that there is something else.
        const known = attempt === 1 ? knownStream(aggregate, request) : null;
        const result = await this.#attempt(aggregate, request, streamId, known);
        if (result === 'out-of-date') continue;
        if (result !== 'conflict') return result;
        // Two processes that fight for a stream in step: one would always come second.
        await delay(Math.random() * attempt);
      }
      throw conflict('stream-busy', 'Too many changes at once; try again.', { streamId });
    });
  }

  async #attempt<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    request: HandleRequest<C, State>,
    streamId: string,
    known: HeldStream<State> | null,
  ): Promise<HandleResult<State, E> | 'conflict' | 'out-of-date'> {
    const { tenantId, id, command } = request;
    const before = known ?? (await this.#parts.reader.load(aggregate, tenantId, id));
    // No append would find out that it has changed.
    const mayBeOutOfDate = known !== null && known === request.held;

    let events: E[];
    try {
      checkVersion(request, before.version);
      events = aggregate.decider.decide(command, before.state);
    } catch (error) {
      if (mayBeOutOfDate) return 'out-of-date';
      // A repeated command may be refused because of what it did the first time: then it is no refusal.
      const repeated =
        request.dedup && error instanceof DomainError ? await this.#parts.findRepeated(tenantId, request.dedup) : null;
      if (repeated === null) throw error;
      return { ...(await this.#current(aggregate, request)), repeated: true, result: repeated.result };
    }

    const version = before.version + events.length;
    const dedup = request.dedup && { ...keyOf(request.dedup), result: resultOf(request.dedup, version) };
    const after = events.reduce((state, event) => aggregate.decider.evolve(state, event), before.state);
    const place = { tenantId, id, streamId, version: before.version, meta: request.meta, at: command.meta.now };
    let { dataKey } = before;
    const planned = planAppend(aggregate, { before: before.state, after, events }, place, () => {
      if (dataKey !== null) return { dataKey };
      const made = makeDataKey(this.#parts.ring, tenantId);
      dataKey = made.dataKey;
      return made;
    });
    const append: AppendRequest = {
      ...planned,
      rows: [...planned.rows, ...(request.extraRows ?? [])],
      ...(dedup === undefined ? {} : { dedup }),
      ...(request.inbox === undefined ? {} : { inbox: request.inbox }),
    };
    const unchanged = {
      state: before.state,
      version: before.version,
      held: before,
      events: [],
      repeated: false,
      result: dedup?.result,
    };
    if (changesNothing(append)) return mayBeOutOfDate ? 'out-of-date' : unchanged;

    const outcome = await this.#parts.lane.append(append);
    switch (outcome.is) {
      case 'appended': {
        const recorded = recordedEvents(append, events, outcome.position, outcome.stamps);
        const held = heldAfter(append, { state: after, version, dataKey });
        return { ...unchanged, state: after, version, held, events: recorded };
      }
      case 'conflict':
        checkVersion(request, outcome.version);
        return 'conflict';
      case 'duplicate':
        return { ...(await this.#current(aggregate, request)), repeated: true, result: outcome.result };
      case 'seen':
        return { ...(await this.#current(aggregate, request)), repeated: true, result: dedup?.result };
      case 'key-reused':
        throw keyReused();
      case 'refused':
        throw request.onGuard?.(outcome.failure) ?? refusal(outcome.failure);
    }
  }

  async #current<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    request: HandleRequest<C, State>,
  ): Promise<Pick<HandleResult<State, E>, 'state' | 'version' | 'held' | 'events'>> {
    const held = await this.#parts.reader.load(aggregate, request.tenantId, request.id);
    return { state: held.state, version: held.version, held, events: [] };
  }
}

/** What the caller knows of the stream; null: nothing. */
const knownStream = <State, C extends Command, E extends DomainEvent>(
  { decider }: Aggregate<State, C, E>,
  { isNew, held }: HandleRequest<C, State>,
): HeldStream<State> | null =>
  isNew === true ? { state: decider.initialState, version: 0, dataKey: null } : (held ?? null);

const keyOf = ({ actor, route, key, bodyHash }: Dedup): DedupKey => ({ actor, route, key, bodyHash });

const resultOf = (dedup: Dedup, version: number): unknown =>
  'resultAt' in dedup ? dedup.resultAt(version) : dedup.result;

const heldAfter = <State>(append: AppendRequest, held: HeldStream<State>): HeldStream<State> =>
  append.destroyKey ? { ...held, dataKey: null } : held;

function checkVersion({ expectedVersion }: HandleRequest<Command>, version: number): void {
  if (expectedVersion === undefined || expectedVersion === version) return;
  throw conflict('version-mismatch', 'The object has changed in the meantime.', { expectedVersion, version });
}

const changesNothing = (append: AppendRequest): boolean =>
  append.events.length === 0 &&
  append.rows.length === 0 &&
  append.claims.length === 0 &&
  append.dedup === undefined &&
  append.inbox === undefined &&
  !append.destroyKey;

const refusal = (failure: GuardFailure): DomainError =>
  rejected(failure.guard, `The change was refused: ${failure.guard}.`, { ...failure });

const recordedEvents = <E extends DomainEvent>(
  append: AppendRequest,
  events: readonly E[],
  position: number,
  stamps: readonly Stamps[],
): Array<RecordedEvent<E>> =>
  append.events.map(({ id, meta }, index) => ({
    position: position + index,
    tenantId: append.tenantId,
    streamId: append.streamId,
    version: append.expectedVersion + index + 1,
    id,
    type: (events[index] as E).type,
    data: (events[index] as E).data,
    meta,
    stamps: stamps[index] ?? {},
    at: append.at,
  }));
