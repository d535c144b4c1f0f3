import type { ClaimChange, DedupKey, EventMeta, GuardFailure, InboxKey, RowChange, Stamps } from '../types.ts';

/** An event on its way into the log; `sealed` holds its sealed fields, which `data` no longer has. */
export interface NewEvent {
  id: string;
  type: string;
  schemaVersion: number;
  data: unknown;
  meta: EventMeta;
  sealed: Buffer | null;
}

/** How one event is stamped by one feed, relative to the feed as it stands when the request's turn comes. */
export interface StampPlan {
  /** Place of the event in its request, from 1. */
  event: number;
  role: string;
  /** Sequence numbers that earlier events of the request took. */
  skip: number;
  /** Sum of the deltas of this and earlier events of the request. */
  delta: readonly number[];
  /** Access as the request has set it so far; absent: as the feed has it. */
  access?: unknown;
  /** The event changed the access. */
  changed?: true;
  /** Access before the change, when an earlier event of the request had set it. */
  previous?: unknown;
}

/** All that one request changes in one feed. */
export interface FeedPlan {
  feed: string;
  /** Role of the first change: named in a failure. */
  role: string;
  create?: true;
  requireOpen: boolean;
  delta: readonly number[];
  take: number;
  open?: boolean;
  access?: unknown;
  limits?: ReadonlyArray<number | null>;
  stamps: readonly StampPlan[];
}

/** One command's change of one stream, as the append takes it. */
export interface AppendRequest {
  tenantId: string;
  streamId: string;
  /** Type of the aggregate. */
  kind: string;
  expectedVersion: number;
  /** ISO 8601, of the events and of what is recorded beside them. */
  at: string;
  events: readonly NewEvent[];
  feeds: readonly FeedPlan[];
  claims: readonly ClaimChange[];
  rows: readonly RowChange[];
  dedup?: DedupKey & { result: unknown };
  inbox?: InboxKey;
  /** The data key that sealed the events; `wrapped` when it is new. */
  sealKey?: { id: string; wrapped?: Buffer };
  destroyKey: boolean;
}

export type AppendOutcome =
  /** `position` of the first event; `stamps` per event. */
  | { is: 'appended'; position: number; stamps: readonly Stamps[] }
  /** The stream is at `version`, not where the request expected it. */
  | { is: 'conflict'; version: number }
  /** Its deduplication key was used by the same request before: the result of then. */
  | { is: 'duplicate'; result: unknown }
  /** Its deduplication key was used by another request. */
  | { is: 'key-reused' }
  /** Its inbox entry exists. */
  | { is: 'seen' }
  | { is: 'refused'; failure: GuardFailure };
