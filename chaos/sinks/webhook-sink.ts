import { type HttpBehaviour, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import type { Arrival } from './arrivals.ts';

const answerOf = (behaviour: HttpBehaviour): Arrival['answer'] => {
  if (behaviour.kind !== 'answer') return 'none';
  return (behaviour.status ?? 200) < 300 ? 'taken' : 'refused';
};

/** An HTTP server that webhooks are sent to. It notes every request that came whole, and misbehaves when told. */
export class WebhookSink {
  readonly arrivals: Arrival[] = [];
  #server: TestHttpSink;
  #behaviour: HttpBehaviour = { kind: 'answer', status: 204 };
  #isOpen = true;

  private constructor(server: TestHttpSink) {
    this.#server = server;
    this.#listen();
  }

  static async start(): Promise<WebhookSink> {
    return new WebhookSink(await startHttpSink());
  }

  get url(): string {
    return this.#server.url;
  }

  behave(next: HttpBehaviour): void {
    this.#behaviour = next;
  }

  /** From now on connections are refused. */
  async shut(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#server.close();
  }

  /** Answers again, at the same port. */
  async open(): Promise<void> {
    if (this.#isOpen) return;
    this.#server = await startHttpSink({ port: this.#server.port });
    this.#isOpen = true;
    this.#listen();
  }

  close(): Promise<void> {
    return this.shut();
  }

  #listen(): void {
    this.#server.behave(({ headers }) => {
      const now = this.#behaviour;
      this.arrivals.push({ id: headers['webhook-id'] ?? '', answer: answerOf(now) });
      return now;
    });
  }
}
