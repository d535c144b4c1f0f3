import type { Command, Decider, DomainError, DomainEvent } from '@aftertone/kernel';
import type { DataKey } from './sealing/fields.ts';

/** Who caused an event. It is stored with the event and shown in histories; it holds no secret and no caller data. */
export interface EventActor {
  kind: 'user' | 'service' | 'system';
  /** User id, token id or service name. */
  id: string;
}

/** What is recorded beside every event of one command. */
export interface EventMeta {
  actor: EventActor;
  correlationId: string;
  /** Id of the event or command that led here. */
  causationId?: string;
}

/**
 * What the append wrote onto an event about one feed (DESIGN.md 4.3, 4.6): the feed's access and numbers at that
 * moment. `publish` uses only this and the event, so a republish never sees today's access.
 */
export interface FeedStamp {
  feedId: string;
  /** JSON the owner of the feed put there: the access of a mailbox. */
  access: unknown;
  /** What `access` was before this event, when the event changed it: whom to tell that something went away. */
  previousAccess?: unknown;
  /** Sequence of the first contract event that this event publishes in the feed; the next ones follow it. */
  sequence: number;
  /** The feed's counters after this event, in the order the service named them. */
  counters: readonly number[];
}

/** By role: an event that touches two feeds (a move) is stamped by both, for example `from` and `to`. */
export type Stamps = Readonly<Record<string, FeedStamp>>;

/** An event as it was stored. `data` is opened (sealed fields in clear, or absent when their key was destroyed). */
export interface RecordedEvent<E extends DomainEvent = DomainEvent> {
  /** Place in the service's log: dense, from 1, in commit order. */
  position: number;
  tenantId: string;
  streamId: string;
  /** Place in the stream, from 1. */
  version: number;
  id: string;
  type: E['type'];
  data: E['data'];
  meta: EventMeta;
  stamps: Stamps;
  /** ISO 8601 UTC, milliseconds. */
  at: string;
}

/** How one event type is stored. */
export interface EventCodec {
  /** Version of the stored shape, from 1. */
  schemaVersion: number;
  /** `upcasters[n - 1]` turns shape n into shape n + 1. Pure. */
  upcasters?: ReadonlyArray<(data: never) => unknown>;
  /** Top-level fields of `data` that are sealed with the stream's key (DESIGN.md 4.8). */
  sealed?: readonly string[];
}

/** A change of one feed's counter row, made in the append under its lock. */
export interface FeedChange {
  /** Name under which the event is stamped. */
  role: string;
  feedId: string;
  /** Added to the counters, in the service's order. Growing a counter beyond its limit refuses the append. */
  delta?: readonly number[];
  /** How many contract events this event publishes in the feed; that many sequence numbers are taken. */
  take: number;
  /** The feed must be open (default true). Purging from a closed mailbox passes false. */
  requireOpen?: boolean;
  /** First event of a feed: makes the row. */
  create?: boolean;
  /** Makes the row when it is missing, with counters of zero; elsewhere a missing feed refuses the append. */
  ensure?: boolean;
  set?: {
    open?: boolean;
    access?: unknown;
    /** Per counter, null is no limit. */
    limits?: ReadonlyArray<number | null>;
  };
}

/** A name that only one stream may hold, for example a mailbox number in its context. */
export interface ClaimChange {
  scope: string;
  key: string;
  action: 'take' | 'release';
}

/** One row of a read model, whole. `row` is JSON with the table's column names; the key columns name it. */
export type RowChange =
  | { table: string; op: 'upsert'; row: Record<string, unknown> }
  | { table: string; op: 'delete'; key: Record<string, unknown> };

/** Everything beside events that one command commits. */
export interface Effects {
  rows?: readonly RowChange[];
  claims?: readonly ClaimChange[];
  /** Destroys the stream's data key: its sealed fields can never be opened again. Its deduplication rows go too. */
  destroyKey?: boolean;
}

/** Where and when: what projections and feeds may know beside states. */
export interface ChangeContext {
  tenantId: string;
  id: string;
  streamId: string;
  /** Version of the stream after the change. */
  version: number;
  meta: EventMeta;
  at: string;
}

/** One kind of stream: its rules, its stored shapes, what it changes beside its log. All of it pure. */
export interface Aggregate<State, C extends Command, E extends DomainEvent> {
  /** `message`: streams are `message-<id>`. */
  type: string;
  decider: Decider<State, C, E>;
  codecs: { readonly [T in E['type']]: EventCodec };
  /** Feed changes of one event, from the states around it. */
  feeds?(before: State, after: State, event: E, context: ChangeContext): FeedChange[];
  /** Read-model rows and claims of one command: the states before and after all of its events. */
  effects?(before: State, after: State, events: readonly E[], context: ChangeContext): Effects;
}

/** Deduplication of a command (DESIGN.md 5). */
export interface DedupKey {
  actor: string;
  route: string;
  key: string;
  /** Hex SHA-256 of the request: the same key with another hash is a conflict. */
  bodyHash: string;
}

/** A key, and what is kept under it; `resultAt` where that tells the version of the stream after the command. */
export type Dedup = DedupKey & ({ result: unknown } | { resultAt(version: number): unknown });

/** Marks a consumed event as done in the same commit as what it led to. */
export interface InboxKey {
  consumer: string;
  eventId: string;
}

export type GuardFailure =
  | { guard: 'feed-closed' | 'feed-missing'; role: string; feedId: string }
  | { guard: 'limit'; role: string; feedId: string; counter: number; limit: number; value: number }
  | { guard: 'claimed'; scope: string; key: string; streamId: string };

/**
 * A stream as its last change left it, for who changes it again soon: handed back with the next command it spares the
 * loading. Nothing is wrong with one that is out of date; it is loaded then. It holds the stream's key: not for keeping.
 */
export interface HeldStream<State> {
  readonly state: State;
  readonly version: number;
  /** What further events of it are sealed with; null: there is none. */
  readonly dataKey: DataKey | null;
}

export interface HandleRequest<C extends Command, State = unknown> {
  tenantId: string;
  id: string;
  command: C;
  meta: EventMeta;
  /** The stream is known not to exist: nothing is loaded and version 0 is expected. */
  isNew?: boolean;
  /** The stream as `handle` left it: it is loaded only when it has changed since, or when nothing would come of this. */
  held?: HeldStream<State>;
  /** The caller's precondition (If-Match): refused with `version-mismatch` (conflict) when the stream is elsewhere. */
  expectedVersion?: number;
  dedup?: Dedup;
  inbox?: InboxKey;
  /** Rows that are no projection (credentials), written in the same commit. Never rebuilt. */
  extraRows?: readonly RowChange[];
  /** Says how a refused guard is told to the caller; default: `rejected` with the guard's name. */
  onGuard?(failure: GuardFailure): DomainError;
}

export interface HandleResult<State, E extends DomainEvent> {
  state: State;
  /** The stream's version now. */
  version: number;
  /** For the next command, where it follows soon. */
  held: HeldStream<State>;
  /** What was appended; empty when nothing changed or the command had been done before. */
  events: ReadonlyArray<RecordedEvent<E>>;
  /** True when `dedup` or `inbox` said that this command is already done. */
  repeated: boolean;
  /** The result stored under the deduplication key (of the first time). */
  result: unknown;
}

/** A message for the bus, made from one stored event. */
export interface OutgoingMessage {
  subject: string;
  /** `Nats-Msg-Id`. */
  id: string;
  /** Position in the log and part within the event: the relay resumes after the last pair the stream holds. */
  position: number;
  part: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Where a message on the bus comes from, as it says itself. */
export type MessagePlace = Pick<OutgoingMessage, 'id' | 'position' | 'part'>;

/** The relay's side of a JetStream stream; `@aftertone/messaging` implements it. */
export interface RelayTarget {
  /**
   * Makes the stream when it is missing and tells what it holds. `last` is the newest message that `isOurs` knows: what
   * others have put into the stream says nothing about how far the relay has come.
   */
  inspect(isOurs: (place: MessagePlace) => Promise<boolean>): Promise<{
    /** ISO time; another one than on record means that the bus was wiped. */
    createdAt: string;
    lastSequence: number;
    last: { position: number; part: number } | null;
  }>;
  /**
   * Publishes in order, pipelined, fenced: the first message expects `lastSequence`. Resolves with the new last
   * sequence when all are acknowledged and rejects otherwise; the relay then inspects again and never skips.
   */
  publish(messages: readonly OutgoingMessage[], lastSequence: number): Promise<number>;
}
