import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageItem } from '@aftertone/contracts';
import { sha256Of } from '../books/sha256.ts';
import type { Answer, Api } from './api.ts';
import { type ChangeKind, type DepositRecord, Ledger, type PlayRecord } from './ledger.ts';
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
/** Between two of one caller, at random: faults take seconds, whatever this machine can take meanwhile. */
const LONGEST_PAUSE_MS = 200;

/** What is done to the n-th message after it was left: three of eight are changed, and one is listened to. */
const changesOf = (n: number): ChangeKind[] => {
  switch (n % 8) {
    case 1:
      return ['hear', 'save'];
    case 3:
      return ['delete'];
    case 5:
      return ['hear', 'delete', 'restore'];
    default:
      return [];
  }
};

/** Callers who leave messages, and owners who work on some of them: so many at a time, all of it on record. */
export class Load {
  readonly ledger = new Ledger();
  readonly #options: LoadOptions;
  readonly #finished: Promise<void>;
  readonly #waiting: { share: number; resolve: () => void }[] = [];
  #begun = 0;
  #done = 0;
  #isReleased = false;
  #isOver = false;

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

  #tell(): void {
    for (const one of this.#waiting) if (this.#isOver || this.has(one.share)) one.resolve();
  }

  async #work(): Promise<void> {
    while (!this.#isReleased || this.#begun < this.#options.deposits) {
      const n = this.#begun++;
      const deposit = await this.#deposit(n);
      if (deposit.messageId !== undefined) {
        for (const kind of changesOf(n)) await this.#change(deposit.messageId, kind);
        if (n % 8 === 7) await this.#play(deposit.messageId, deposit.sha256);
      }
      this.#done += 1;
      this.#tell();
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
      tries: [],
      messageId: undefined,
    };
    this.ledger.deposits.push(record);
    const answer = await persist(record.tries, () => {
      const form = new FormData();
      form.set('metadata', JSON.stringify({ callId: key, callerNumber: '+4930555' }));
      form.set('audio', new Blob([bytes], { type: 'audio/wav' }), 'message.wav');
      return api.ask('POST', `/v1/mailboxes/${record.mailboxId}/messages`, form, { 'idempotency-key': key });
    });
    if (answer.status === 201) record.messageId = (answer.body as MessageItem).id;
    return record;
  }

  async #change(messageId: string, kind: ChangeKind): Promise<void> {
    const record = { messageId, kind, tries: [], isDone: false };
    this.ledger.changes.push(record);
    const answer = await persist(record.tries, () => this.#ask(messageId, kind));
    record.isDone = await this.#isDone(messageId, kind, answer, record.tries.length > 1);
  }

  async #play(messageId: string, sha256: string): Promise<void> {
    const record: PlayRecord = { messageId, tries: [], isRight: false };
    this.ledger.plays.push(record);
    const { status, body } = await persist(record.tries, () => this.#options.api.listen(messageId));
    record.isRight = status === 200 && sha256Of(body as Uint8Array) === sha256;
  }

  #ask(messageId: string, kind: ChangeKind): Promise<Answer> {
    const { api } = this.#options;
    const path = `/v1/messages/${messageId}`;
    switch (kind) {
      case 'hear':
        return api.ask('PATCH', path, { heard: true });
      case 'save':
        return api.ask('PATCH', path, { folder: 'saved' });
      case 'delete':
        return api.ask('DELETE', path);
      case 'restore':
        return api.ask('POST', `${path}/restore`);
    }
  }

  /** These requests carry no key: after a try of unknown outcome a refusal may mean that it was done. */
  async #isDone(messageId: string, kind: ChangeKind, { status }: Answer, again: boolean): Promise<boolean> {
    if (status === 'broken') return false;
    if (status < 300) return true;
    if (!again || (kind !== 'delete' && kind !== 'restore')) return false;
    const seen = await persist([], () => this.#options.api.ask('GET', `/v1/messages/${messageId}`));
    return seen.status === (kind === 'delete' ? 404 : 200);
  }
}
