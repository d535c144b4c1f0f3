import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageItem } from '@aftertone/contracts';
import type { Answer, Api } from './api.ts';
import { ask, isDone, isSame } from './changes.ts';
import { type ChangeKind, type DepositRecord, Ledger, type PlayRecord, type Try } from './ledger.ts';
import { persist } from './persist.ts';
import { recording } from './recording.ts';

export interface LoadOptions {
  api: Api;
  mailboxIds: readonly string[];
  /** At least so many; more, if the faults take longer. */
  deposits: number;
  inFlight: number;
}

const SECONDS = 1;
/**
 * Between two of one caller, at random, once there were enough: the rest of the faults takes its time, and what else would
 * have to be worked off afterwards would only hide how long that takes.
 */
const LONGEST_PAUSE_MS = 1_000;

/** What is done to the n-th message after it was left: four of nine are changed, and one is listened to. */
const changesOf = (n: number): ChangeKind[] => {
  switch (n % 9) {
    case 1:
      return ['hear', 'save'];
    case 3:
      return ['delete'];
    case 5:
      return ['hear', 'delete', 'restore'];
    case 6:
      return ['trash'];
    default:
      return [];
  }
};

/** In every mailbox some of each kind of change: four, five and nine have no factor in common. */
const isUrgent = (n: number): boolean => n % 5 === 0;

/** Callers who leave messages, and owners who work on some of them: so many at a time, all of it on record. */
export class Load {
  readonly ledger = new Ledger();
  readonly #options: LoadOptions;
  readonly #finished: Promise<void>;
  readonly #waiting: { share: number; resolve: () => void }[] = [];
  readonly #began = Date.now();
  #enoughAt: number | undefined;
  #begun = 0;
  #done = 0;
  #isReleased = false;
  #isOver = false;
  readonly #abandoned = new AbortController();

  constructor(options: LoadOptions) {
    this.#options = options;
    const workers = Array.from({ length: options.inFlight }, () => this.#work());
    this.#finished = Promise.all(workers).then(() => {
      this.#isOver = true;
      this.#tell();
    });
  }

  /** Resolves when there were enough and every request has its answer; until then callers go on. */
  end(): Promise<void> {
    this.#isReleased = true;
    return this.#finished;
  }

  /** Nobody asks for anything any more, answered or not. */
  abandon(): Promise<void> {
    this.#abandoned.abort();
    return this.#finished;
  }

  /** One more message, in nobody's turn. */
  async leaveOne(): Promise<void> {
    await this.#deposit(this.#begun++);
  }

  /** Whether this share (0 to 1) of the deposits has been answered. */
  has(share: number): boolean {
    return this.#done >= Math.ceil(share * this.#options.deposits);
  }

  /** Resolves when this share (0 to 1) of the deposits has been answered, or all is over. */
  reached(share: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ share, resolve });
      this.#tell();
    });
  }

  /** How many requests were under way on average, until there were enough messages. */
  get meanInFlight(): number {
    const until = this.#enoughAt ?? Date.now();
    const busyMs = this.ledger.tries
      .filter(({ at }) => at < until)
      .reduce((sum, { at, ms }) => sum + Math.min(ms, until - at), 0);
    return busyMs / Math.max(1, until - this.#began);
  }

  #tell(): void {
    for (const one of this.#waiting) if (this.#isOver || this.has(one.share)) one.resolve();
  }

  get #hasEnough(): boolean {
    return this.#begun >= this.#options.deposits;
  }

  async #work(): Promise<void> {
    while (!this.#abandoned.signal.aborted && !(this.#isReleased && this.#hasEnough)) {
      const n = this.#begun++;
      const deposit = await this.#deposit(n);
      if (deposit.messageId !== undefined) {
        for (const kind of changesOf(n)) await this.#change(deposit.messageId, kind);
        if (n % 9 === 7) await this.#play(deposit.messageId, deposit.sha256);
      }
      this.#done += 1;
      this.#tell();
      if (!this.#hasEnough) continue;
      this.#enoughAt ??= Date.now();
      await delay(Math.random() * LONGEST_PAUSE_MS);
    }
  }

  async #deposit(n: number): Promise<DepositRecord> {
    const { api, mailboxIds } = this.#options;
    const { bytes, sha256 } = recording(SECONDS);
    const key = randomUUID();
    const record: DepositRecord = {
      key,
      mailboxId: mailboxIds[n % mailboxIds.length] ?? '',
      sha256,
      urgent: isUrgent(n),
      tries: [],
      messageId: undefined,
    };
    this.ledger.deposits.push(record);
    const answer = await this.#persist(record.tries, () => {
      const form = new FormData();
      const { urgent } = record;
      form.set('metadata', JSON.stringify({ callId: key, callerNumber: '+4930555', urgent }));
      form.set('audio', new Blob([bytes], { type: 'audio/wav' }), 'message.wav');
      return api.ask('POST', `/v1/mailboxes/${record.mailboxId}/messages`, form, { 'idempotency-key': key });
    });
    if (answer.status === 201) record.messageId = (answer.body as MessageItem).id;
    return record;
  }

  async #change(messageId: string, kind: ChangeKind): Promise<void> {
    const { api } = this.#options;
    const record = { messageId, kind, tries: [], isDone: false };
    this.ledger.changes.push(record);
    const answer = await this.#persist(record.tries, () => ask(api, messageId, kind));
    const look = () => this.#persist([], () => api.ask('GET', `/v1/messages/${messageId}`));
    record.isDone = await isDone(kind, answer, { again: record.tries.length > 1, look });
  }

  async #play(messageId: string, sha256: string): Promise<void> {
    const record: PlayRecord = { messageId, tries: [], isRight: false };
    this.ledger.plays.push(record);
    record.isRight = isSame(await this.#persist(record.tries, () => this.#options.api.listen(messageId)), sha256);
  }

  #persist(tries: Try[], request: () => Promise<Answer>): Promise<Answer> {
    return persist(tries, request, this.#abandoned.signal);
  }
}
