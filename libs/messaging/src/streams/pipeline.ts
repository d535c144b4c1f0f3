import { JetStreamApiCodes, type PubAck } from '@nats-io/jetstream';
import { createInbox, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/transport-node';

/** A message with everything but what it expects before it. */
export interface Pipelined {
  /** `Nats-Msg-Id`. */
  id: string;
  subject: string;
  body: Uint8Array;
  /**
   * `expected`: number of the last message before it; `previousId`: the id of that, where it was sent just before. By the
   * number alone it would be taken in the place of one that was refused because somebody else's message came between.
   */
  headersBehind(expected: number, previousId: string | undefined): MsgHdrs;
}

/** What became of the messages sent: the first `count` are stored, the last of the stream is `lastSequence`. */
export interface Stored {
  count: number;
  lastSequence: number;
}

/** How long the bus may be silent while answers are outstanding, in milliseconds. */
const silenceMs = 5_000;

type Answer = PubAck & { error?: { err_code?: number; description?: string } };

interface Run {
  messages: readonly Pipelined[];
  /** Token of the first message's answer. */
  firstToken: number;
  answers: Array<Answer | undefined>;
  sent: number;
  answered: number;
  /** Answers looked at, in order. */
  judged: number;
  lastSequence: number;
  expected: number;
  repeated: boolean;
  refused: boolean;
  progressAt: number;
  resolve(stored: Stored): void;
  reject(error: Error): void;
}

/** Of a message that expects another one before it; the client has no name for the second. */
const refusals: readonly (number | undefined)[] = [JetStreamApiCodes.StreamWrongLastSequence, 10_070];
const isRefusal = ({ error }: Answer): boolean => refusals.includes(error?.err_code);

/**
 * Publishes to a stream with many messages under way on one connection. All answers come to one subscription: asking for
 * each message as a request of its own costs several times as much.
 */
export class Pipeline {
  readonly connection: NatsConnection;
  private readonly window: number;
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private nextToken = 0;
  private run: Run | null = null;
  private watching: NodeJS.Timeout | null = null;

  /** @param window messages that wait for their answer at the same time */
  constructor(connection: NatsConnection, inboxPrefix: string, window: number) {
    this.connection = connection;
    this.window = window;
    this.inbox = createInbox(inboxPrefix);
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.take(message);
        else this.fail(error);
      },
    });
  }

  /**
   * Sends in order, each message expecting to follow the one before it, one call at a time. Stops early behind a message
   * that the stream held already, since the expectations behind it are wrong. Rejects on any other refusal, on silence
   * and on `fail`: some may be stored then.
   */
  send(messages: readonly Pipelined[], lastSequence: number): Promise<Stored> {
    return new Promise((resolve, reject) => {
      if (this.run !== null) throw new Error('the pipeline is in use');
      this.run = {
        ...{ messages, firstToken: this.nextToken, answers: [], sent: 0, answered: 0, judged: 0 },
        ...{ lastSequence, expected: lastSequence, repeated: false, refused: false },
        ...{ progressAt: performance.now(), resolve, reject },
      };
      this.watching = setInterval(() => this.watch(), silenceMs / 5);
      this.fill(this.run);
    });
  }

  /** Gives up what is under way. */
  fail(error: Error): void {
    this.end()?.reject(error);
  }

  close(): void {
    this.fail(new Error('the pipeline was closed'));
    this.subscription.unsubscribe();
  }

  private fill(run: Run): void {
    try {
      while (run.sent < run.messages.length && run.sent - run.answered < this.window && !run.repeated) {
        const { subject, body, headersBehind } = run.messages[run.sent] as Pipelined;
        const headers = headersBehind(run.expected, run.messages[run.sent - 1]?.id);
        const reply = `${this.inbox}.${this.nextToken}`;
        this.connection.publish(subject, body, { reply, headers });
        run.sent += 1;
        run.expected += 1;
        this.nextToken += 1;
      }
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private take(message: Msg): void {
    const { run } = this;
    const place = Number(message.subject.slice(this.inbox.length + 1)) - (run?.firstToken ?? 0);
    // An answer to a call that was given up.
    if (run === null || !(place >= 0) || place >= run.sent || run.answers[place] !== undefined) return;
    if (message.data.length === 0) {
      this.fail(new Error('no stream takes this subject'));
      return;
    }
    run.answers[place] = message.json<Answer>();
    run.answered += 1;
    run.progressAt = performance.now();
    this.judge(run);
    if (this.run !== run) return;
    this.fill(run);
    if (run.answered === run.sent && (run.sent === run.messages.length || run.repeated)) {
      this.end()?.resolve({ count: run.judged, lastSequence: run.lastSequence });
    }
  }

  private judge(run: Run): void {
    for (let answer = run.answers[run.judged]; answer !== undefined && !run.refused; ) {
      if (answer.error !== undefined) {
        // A repeated message takes no sequence number, so the expectations behind it are one too high.
        if (run.repeated && isRefusal(answer)) run.refused = true;
        else this.fail(new Error(answer.error.description ?? 'the stream refused a message'));
        return;
      }
      if (answer.duplicate === true) run.repeated = true;
      else run.lastSequence = answer.seq;
      run.judged += 1;
      answer = run.answers[run.judged];
    }
  }

  private watch(): void {
    if (this.run !== null && performance.now() - this.run.progressAt > silenceMs) {
      this.fail(new Error('the bus does not answer'));
    }
  }

  private end(): Run | null {
    const { run } = this;
    this.run = null;
    if (this.watching !== null) clearInterval(this.watching);
    this.watching = null;
    return run;
  }
}
