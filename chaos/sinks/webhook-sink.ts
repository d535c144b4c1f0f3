import { type HttpBehaviour, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import type { Arrival } from './arrivals.ts';

/** An HTTP server that webhooks are sent to. It notes every request that came whole, and misbehaves when told. */
export class WebhookSink {
  readonly arrivals: Arrival[] = [];
  readonly #server: TestHttpSink;
  #behaviour: HttpBehaviour = { kind: 'answer', status: 204 };

  private constructor(server: TestHttpSink) {
    this.#server = server;
    server.behave(({ headers }) => {
      const now = this.#behaviour;
      const accepted = now.kind === 'answer' && (now.status ?? 200) < 300;
      this.arrivals.push({ id: headers['webhook-id'] ?? '', accepted });
      return now;
    });
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

  close(): Promise<void> {
    return this.#server.close();
  }
}
