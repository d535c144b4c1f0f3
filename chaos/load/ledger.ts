/** One try of a request: when it began, how long it took, and what came of it. */
export interface Try {
  at: number;
  ms: number;
  status: number | 'broken';
  /** The problem's code, or why there was no answer. */
  detail: string | undefined;
}

export interface DepositRecord {
  /** Idempotency-Key, and the message's call id. */
  key: string;
  mailboxId: string;
  sha256: string;
  urgent: boolean;
  tries: Try[];
  /** Set by the first 2xx. */
  messageId: string | undefined;
}

export type ChangeKind = 'hear' | 'save' | 'trash' | 'delete' | 'restore';

export interface ChangeRecord {
  messageId: string;
  kind: ChangeKind;
  tries: Try[];
  /** A 2xx came, or an answer that says that an earlier try did it. */
  isDone: boolean;
}

/** Somebody listened to a message. */
export interface PlayRecord {
  messageId: string;
  tries: Try[];
  /** What came in the end was what had been left. */
  isRight: boolean;
}

/** What a message must be in the end, by all that was answered. */
export interface Expected {
  deposit: DepositRecord;
  folder: 'inbox' | 'saved' | 'trash';
  heard: boolean;
  deleted: boolean;
}

/** Everything that was asked for, with each answer. */
export class Ledger {
  readonly deposits: DepositRecord[] = [];
  readonly changes: ChangeRecord[] = [];
  readonly plays: PlayRecord[] = [];

  get acknowledged(): DepositRecord[] {
    return this.deposits.filter(({ messageId }) => messageId !== undefined);
  }

  /** Requests that never got a 2xx. */
  get unanswered(): string[] {
    return [
      ...this.deposits.filter(({ messageId }) => messageId === undefined).map(({ key }) => key),
      ...this.changes.filter(({ isDone }) => !isDone).map(({ messageId, kind }) => `${kind} ${messageId}`),
      ...this.plays.filter(({ isRight }) => !isRight).map(({ messageId }) => `listen ${messageId}`),
    ];
  }

  /** Of all requests. */
  get tries(): Try[] {
    return [...this.deposits, ...this.changes, ...this.plays].flatMap(({ tries }) => tries);
  }

  /** Every answer other than 2xx, and every try that got none. */
  get refused(): string[] {
    return this.tries
      .filter(({ status }) => status === 'broken' || status >= 300)
      .map(({ status, detail }) => `${status} ${detail ?? ''}`.trim());
  }

  /** How often each answer other than 2xx came: `503 service-unavailable`. */
  refusals(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const name of this.refused) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  }

  /** By message id. */
  expected(): Map<string, Expected> {
    const all = new Map<string, Expected>();
    for (const deposit of this.acknowledged) {
      all.set(deposit.messageId ?? '', { deposit, folder: 'inbox', heard: false, deleted: false });
    }
    for (const { messageId, kind, isDone } of this.changes) {
      const message = all.get(messageId);
      if (message === undefined || !isDone) continue;
      if (kind === 'hear') message.heard = true;
      else if (kind === 'save') message.folder = 'saved';
      else if (kind === 'trash') message.folder = 'trash';
      else message.deleted = kind === 'delete';
    }
    return all;
  }
}
