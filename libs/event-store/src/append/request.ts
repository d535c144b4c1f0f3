import type {
  ClaimChange,
  DedupKey,
  EventMeta,
  FeedChange,
  GuardFailure,
  InboxKey,
  RowChange,
  Stamps,
} from '../types.ts';

/** An event on its way into the log; `sealed` holds its sealed fields, which `data` no longer has. */
export interface NewEvent {
  id: string;
  type: string;
  schemaVersion: number;
  data: unknown;
  meta: EventMeta;
  sealed: Buffer | null;
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
  /** Per event. */
  feeds: ReadonlyArray<readonly FeedChange[]>;
  claims: readonly ClaimChange[];
  rows: readonly RowChange[];
  dedup?: DedupKey & { result: unknown };
  inbox?: InboxKey;
  /** The data key that sealed the events; `wrapped` when it is new. */
  sealKey?: { id: string; wrapped?: Buffer };
  destroyKey: boolean;
}

/** Why a request of a batch was not written. */
export type Verdict =
  /** The stream is at `version`, not where the request expected it. */
  | { is: 'conflict'; version: number }
  /** Its deduplication key was used by the same request before: the result of then. */
  | { is: 'duplicate'; result: unknown }
  /** Its deduplication key was used by another request. */
  | { is: 'key-reused' }
  /** Its inbox entry exists. */
  | { is: 'seen' }
  | { is: 'refused'; failure: GuardFailure };

/** `position` of the first event; `stamps` per event. */
export interface Appended {
  is: 'appended';
  position: number;
  stamps: readonly Stamps[];
}

export type AppendOutcome = Appended | Verdict;
