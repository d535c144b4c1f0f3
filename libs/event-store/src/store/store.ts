import type { Command, DomainEvent } from '@aftertone/kernel';
import type pg from 'pg';
import { AppendLane } from '../append/lane.ts';
import { openPool } from '../database/connect.ts';
import { Elections } from '../elected/elections.ts';
import { checkKeks } from '../sealing/check.ts';
import { KeyRing, parseKeks } from '../sealing/keks.ts';
import { Secrets } from '../sealing/secrets.ts';
import { LogTail } from '../tail/log-tail.ts';
import type { Aggregate, DedupKey, HandleRequest, HandleResult, RecordedEvent } from '../types.ts';
import { codecFinder, type StoredKind } from './decode.ts';
import { findRepeated, type Repeated } from './dedup.ts';
import { CommandHandler } from './handle.ts';
import { type HistoryOptions, type Loaded, StreamReader } from './load.ts';
import { LogReader } from './log.ts';
import { type StoreLogger, silentLogger } from './logger.ts';

export interface EventStoreOptions {
  /** Connection string of the service's database, which is migrated. */
  url: string;
  /** Key-encryption keys: `<id>:<base64 of 32 bytes>`, separated by commas; the first wraps, all unwrap. */
  kek: string;
  /** The kinds of streams of this service, for readers of the whole log. */
  kinds?: readonly StoredKind[];
  /** Shown in `pg_stat_activity`; default `aftertone`. */
  applicationName?: string;
  /** Sessions for loading beside the one for appending; default 8. */
  poolSize?: number;
  /** Appends that one batch takes at most; default 64. */
  maxBatch?: number;
  /** Appends that may wait; more are refused with `store-overloaded`; default 10,000. */
  maxQueue?: number;
  /** How long an append may wait for its turn; default 3,000 ms. */
  queueTimeoutMs?: number;
  /** Default 2,000 ms. */
  connectTimeoutMs?: number;
  /** Default 4,000 ms. */
  statementTimeoutMs?: number;
  /** How long a batch may wait for the append lock; default 3,000 ms. */
  lockTimeoutMs?: number;
  /** How often a command is decided anew when other processes change its stream; default 20. */
  maxAttempts?: number;
  logger?: StoreLogger;
}

/** A service's event store. Reads here see every tenant: what serves a tenant's request reads through `asTenant`. */
export interface EventStore {
  /** Folds one stream. Version 0: there is no such stream. */
  load<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    tenantId: string,
    id: string,
  ): Promise<Loaded<State>>;
  /**
   * Load, decide, append. After a conflict with another process it decides anew, unless `expectedVersion` is given.
   *
   * @throws DomainError what `decide` throws; `version-mismatch`, `idempotency-key-reused`, `stream-busy` (conflict);
   *   a refused guard as `onGuard` says; `store-unavailable`, `store-overloaded` (unavailable)
   */
  handle<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    request: HandleRequest<C, State>,
  ): Promise<HandleResult<State, E>>;
  /** Events of one stream, oldest first. */
  history<State, C extends Command, E extends DomainEvent>(
    aggregate: Aggregate<State, C, E>,
    tenantId: string,
    id: string,
    options: HistoryOptions,
  ): Promise<Array<RecordedEvent<E>>>;
  /** What was done under a deduplication key; null when it is new. @throws conflict `idempotency-key-reused` */
  findRepeated(tenantId: string, dedup: DedupKey): Promise<Repeated | null>;
  /** The whole log, for replay. */
  readonly log: LogReader;
  /** The service's own sessions, beyond row-level security: credentials, workers. */
  readonly pool: pg.Pool;
  readonly url: string;
  readonly ring: KeyRing;
  /** What is sealed for itself: tokens, header values, passwords. */
  readonly secrets: Secrets;
  readonly logger: StoreLogger;
  /** The end of the log, for those who follow it. */
  readonly tail: LogTail;
  /** What only one process of the service does at a time. */
  readonly elections: Elections;
  /** Writes what waits, then ends all sessions. */
  close(): Promise<void>;
}

/** @throws Error when a key-encryption key is missing or wrong, or the database does not answer */
export async function openEventStore(options: EventStoreOptions): Promise<EventStore> {
  const connect = {
    url: options.url,
    applicationName: options.applicationName ?? 'aftertone',
    connectTimeoutMs: options.connectTimeoutMs ?? 2_000,
    statementTimeoutMs: options.statementTimeoutMs ?? 4_000,
  };
  const logger = options.logger ?? silentLogger;
  const ring = new KeyRing(parseKeks(options.kek));
  const pool = openPool({ ...connect, max: options.poolSize ?? 8 });
  try {
    await checkKeks(pool, ring);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const lane = new AppendLane({
    ...connect,
    lockTimeoutMs: options.lockTimeoutMs ?? 3_000,
    maxBatch: options.maxBatch ?? 64,
    maxQueue: options.maxQueue ?? 10_000,
    queueTimeoutMs: options.queueTimeoutMs ?? 3_000,
  });
  const log = new LogReader(pool, ring, codecFinder(options.kinds ?? []));
  const tail = new LogTail(log);
  const reader = new StreamReader(pool, ring, logger);
  const repeated = (tenantId: string, dedup: DedupKey) => findRepeated(pool, tenantId, dedup);
  const handler = new CommandHandler({
    lane,
    reader,
    ring,
    maxAttempts: options.maxAttempts ?? 20,
    findRepeated: repeated,
  });
  let closing: Promise<void> | null = null;
  return {
    load: async (aggregate, tenantId, id) => {
      const { state, version } = await reader.load(aggregate, tenantId, id);
      return { state, version };
    },
    handle: async (aggregate, request) => {
      const result = await handler.handle(aggregate, request);
      tail.offer(result.events);
      return result;
    },
    history: (aggregate, tenantId, id, history) => reader.history(aggregate, tenantId, id, history),
    findRepeated: repeated,
    log,
    tail,
    elections: new Elections({
      ...{ url: options.url, applicationName: connect.applicationName, logger },
      knows: (options.kinds ?? []).flatMap(({ codecs }) => Object.keys(codecs)),
    }),
    pool,
    url: options.url,
    ring,
    secrets: new Secrets(pool, ring),
    logger,
    close: () => {
      closing ??= lane.close().then(() => pool.end());
      return closing;
    },
  };
}
