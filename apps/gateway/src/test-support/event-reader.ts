import type { CloudEvent } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';

export interface ReceivedEvent {
  id: string;
  event: CloudEvent;
}

/** Reads `GET /v1/events` as a browser's EventSource does, without its reconnecting. */
export class EventReader {
  readonly events: ReceivedEvent[] = [];
  /** The last id that was sent, also without an event. */
  lastId = '';
  retryMs: number | undefined;
  ended = false;
  readonly response: Response;
  private readonly abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.abort = abort;
    void this.read().finally(() => {
      this.ended = true;
    });
  }

  static async open(
    url: string,
    token: string,
    query = '',
    headers: Record<string, string> = {},
  ): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(`${url}/v1/events${query}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: abort.signal,
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new EventReader(response, abort);
  }

  close(): void {
    this.abort.abort();
  }

  /** Waits until events of all of these users have come; gives back their types in order. */
  async untilUser(username: string): Promise<void> {
    await eventually(() => {
      if (!this.usernames().includes(username)) throw new Error(`no event about ${username} among ${this.usernames()}`);
    });
  }

  /** Names in the `user_created` events, in the order they came. */
  usernames(): string[] {
    return this.events
      .filter(({ event }) => event.type === 'user_created')
      .map(({ event }) => String(Reflect.get(Object(event.data.user), 'username')));
  }

  private async read(): Promise<void> {
    let rest = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body ?? []) {
        const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
    } catch {
      // The connection was cut: what has come so far stands.
    }
  }

  private take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line.replace(/^\w+: /, '')]));
    this.lastId = fields.get('id') ?? this.lastId;
    if (fields.has('retry')) this.retryMs = Number(fields.get('retry'));
    const data = fields.get('data');
    if (data !== undefined) this.events.push({ id: this.lastId, event: JSON.parse(data) as CloudEvent });
  }
}
