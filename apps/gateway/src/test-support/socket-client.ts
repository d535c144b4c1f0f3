import { once } from 'node:events';
import { eventually } from '@aftertone/testing';
import { WebSocket } from 'ws';
import { type SocketAnswer, type SocketRequest, socketAnswer, socketProtocol } from '../events/socket-messages.ts';

type Answer<Op extends SocketAnswer['op']> = Extract<SocketAnswer, { op: Op }>;

/** What a client may send; `after` may be left out. */
export type SocketCall = SocketRequest | { op: 'subscribe'; id: string; types?: string[]; after?: string };

/** Follows `GET /v1/events/ws` as a browser does: every message is checked against its schema. */
export class SocketClient {
  readonly answers: SocketAnswer[] = [];
  /** How the connection ended. */
  closed: { code: number; reason: string } | undefined;
  readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.answers.push(socketAnswer.parse(JSON.parse(data.toString()))));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on('error', () => undefined);
  }

  /** Rejects with what the server answered instead: `Unexpected server response: 401`. */
  static async open(
    url: string,
    token: string,
    { protocols = [socketProtocol], headers = { authorization: `Bearer ${token}` } }: SocketClientOptions = {},
  ): Promise<SocketClient> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/events/ws`, protocols, { headers });
    const client = new SocketClient(socket);
    await once(socket, 'open');
    return client;
  }

  send(call: SocketCall): void {
    this.socket.send(JSON.stringify(call));
  }

  of<Op extends SocketAnswer['op']>(op: Op, id?: string): Answer<Op>[] {
    return this.answers.filter(
      (answer): answer is Answer<Op> => answer.op === op && (id === undefined || Reflect.get(answer, 'id') === id),
    );
  }

  /** Sends, and waits until the server says that it follows. */
  async subscribe(id: string, options: { types?: string[]; after?: string } = {}): Promise<void> {
    const before = this.of('subscribed', id).length;
    this.send({ op: 'subscribe', id, ...options });
    await eventually(() => {
      if (this.of('subscribed', id).length === before)
        throw new Error(`not subscribed: ${JSON.stringify(this.answers)}`);
    });
  }

  /** Names in the `user_created` events of a subscription, in the order they came. */
  usernames(id: string): string[] {
    return this.of('event', id)
      .filter(({ event }) => event.type === 'user_created')
      .map(({ event }) => String(Reflect.get(Object(event.data.user), 'username')));
  }

  async untilUser(id: string, username: string): Promise<void> {
    await eventually(() => {
      if (!this.usernames(id).includes(username)) throw new Error(`no ${username} among ${this.usernames(id)}`);
    });
  }

  /** Cursor of the last event of a subscription. */
  lastCursor(id: string): string {
    return this.of('event', id).at(-1)?.cursor ?? this.of('subscribed', id).at(-1)?.cursor ?? '';
  }

  close(): void {
    this.socket.terminate();
  }
}

export interface SocketClientOptions {
  protocols?: string[];
  headers?: Record<string, string>;
}
