import type { CloudEvent } from '@aftertone/contracts';

export interface SseEvent {
  id: string;
  type: string;
  event: CloudEvent;
}

/** Follows `GET /v1/events` and keeps what came. `close` ends it; `ended` resolves when the server ended it. */
export class EventStream {
  readonly events: SseEvent[] = [];
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();

  private constructor(response: Response) {
    this.ended = this.#read(response);
  }

  static async open(url: string, token: string, query: Record<string, string> = {}): Promise<EventStream> {
    const response = await fetch(`${url}/v1/events?${new URLSearchParams(query)}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    });
    if (!response.ok) throw new Error(`events: ${response.status} ${await response.text()}`);
    return new EventStream(response);
  }

  ofType(type: string): SseEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response): Promise<void> {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) return;
    this.#abort.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
      }
    } catch {
      // A server that was killed breaks the connection; what came so far counts.
    }
  }

  #take(block: string): void {
    const field = (name: string) =>
      block
        .split('\n')
        .filter((line) => line.startsWith(`${name}:`))
        .map((line) => line.slice(name.length + 1).trimStart())
        .join('\n');
    const data = field('data');
    if (data) this.events.push({ id: field('id'), type: field('event'), event: JSON.parse(data) as CloudEvent });
  }
}
