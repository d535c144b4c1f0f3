import { once } from 'node:events';
import type { CloudEvent } from '@aftertone/contracts';

/** Follows `GET /v1/events/ws` with what a browser has: its own WebSocket, and the token as a protocol. */
export class EventSocket {
  readonly events: { cursor: string; event: CloudEvent }[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { op, cursor, event } = JSON.parse(String(data)) as { op: string; cursor: string; event: CloudEvent };
      if (op === 'event') this.events.push({ cursor, event });
    });
  }

  static async open(url: string, token: string, after: string): Promise<EventSocket> {
    const protocols = ['aftertone.events.v1', `aftertone.bearer.${token}`];
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/events/ws`, protocols);
    const following = new EventSocket(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ op: 'subscribe', id: 'story', after }));
    return following;
  }

  close(): void {
    this.#socket.close();
  }
}
