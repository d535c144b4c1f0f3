import type { MessageItem } from '@aftertone/contracts';

/** A problem document (RFC 9457) as the gateway sends it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  correlationId: string;
  errors?: { path: string; message: string }[];
  details?: Record<string, unknown>;
}

export interface Deposit {
  metadata?: Record<string, unknown>;
  audio?: Uint8Array<ArrayBuffer>;
  idempotencyKey?: string;
}

/** The public API as a user's program would call it. Every method gives the raw response: stories look at status and headers. */
export class Client {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** The body of a successful answer; anything else throws with status and code. */
  async json<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const response = await this.send(method, path, body, headers);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }

  deposit(mailboxId: string, { metadata = {}, audio, idempotencyKey }: Deposit): Promise<Response> {
    const form = new FormData();
    form.set('metadata', JSON.stringify(metadata));
    if (audio) form.set('audio', new Blob([audio], { type: 'audio/wav' }), 'message.wav');
    return fetch(`${this.url}/v1/mailboxes/${mailboxId}/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
      },
      body: form,
    });
  }

  /** Sends audio as the body. */
  upload(method: string, path: string, audio: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
    return fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'audio/wav', ...headers },
      body: audio,
    });
  }

  /** A deposit that must succeed. */
  async leave(mailboxId: string, deposit: Deposit): Promise<MessageItem> {
    const response = await this.deposit(mailboxId, deposit);
    if (response.status !== 201) throw new Error(`deposit: ${response.status} ${await response.text()}`);
    return (await response.json()) as MessageItem;
  }

  async audio(messageId: string): Promise<Uint8Array> {
    const response = await this.send('GET', `/v1/messages/${messageId}/audio`);
    if (!response.ok) throw new Error(`audio: ${response.status} ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

/** A refused request: its status and problem document. */
export const problemOf = async (response: Response): Promise<Problem> => (await response.json()) as Problem;
