import { Buffer } from 'node:buffer';
import type { CloudEvent } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import type { RawData, WebSocket } from 'ws';
import type { Session } from '../access/session.ts';
import { type Closing, closings } from './close-codes.ts';
import { eventRoutes } from './event.routes.ts';
import type { Feeds } from './feeds.ts';
import { readBeginning } from './places.ts';
import { sharedFrames, textOf } from './shared-frames.ts';
import {
  readRequest,
  type SocketAnswer,
  type SocketErrorCode,
  type SocketRequest,
  type Subscribe,
} from './socket-messages.ts';
import { SocketWriter } from './socket-writer.ts';
import type { Subscription } from './subscription.ts';

export interface EventSocketParts {
  session: Session;
  correlationId: string;
  feeds: Feeds;
  options: EventSocketOptions;
}

export interface EventSocketOptions {
  /** Unread bytes at which a reader is given up. */
  mostBuffered: number;
  /** Subscriptions of one connection at a time. */
  mostSubscriptions: number;
  /** How long a client may take to read the rest and answer a close before its connection is cut. */
  closeMs: number;
}

interface Open {
  end: AbortController;
  /** Absent while it is being begun. */
  subscription?: Subscription;
}

const frameOf = sharedFrames((event, cursor, id) =>
  Buffer.from(`{"op":"event","id":${JSON.stringify(id)},"cursor":"${cursor}","event":${textOf(event)}}`),
);

const refusalOf = (error: unknown): SocketErrorCode =>
  error instanceof DomainError && error.code === 'cursor-invalid' ? error.code : 'service-unavailable';

/** One WebSocket of a client, with its subscriptions. */
export class EventSocket {
  private readonly socket: WebSocket;
  private readonly feeds: Feeds;
  private readonly options: EventSocketOptions;
  private readonly correlationId: string;
  private readonly open = new Map<string, Open>();
  private readonly writer: SocketWriter;
  private current: Session;
  /** Subscriptions that are being begun, also those that were ended meanwhile. */
  private beginning = 0;
  /** Whether the client was heard of since the last heartbeat. */
  private isAlive = true;

  constructor(socket: WebSocket, { session, correlationId, feeds, options }: EventSocketParts) {
    this.socket = socket;
    this.feeds = feeds;
    this.options = options;
    this.current = session;
    this.correlationId = correlationId;
    this.writer = new SocketWriter(socket, options.mostBuffered, () => this.close(closings.tooSlow));
    socket.on('message', (data, isBinary) => this.receive(data, isBinary));
    socket.on('pong', () => this.hear());
    socket.on('ping', () => this.hear());
    socket.on('error', () => undefined); // its close follows
    socket.on('close', () => this.endAll());
  }

  get session(): Session {
    return this.current;
  }

  /** The token's rights may have changed. */
  onSession(session: Session): void {
    if (!session.allows(eventRoutes.socket.access)) {
      this.close(closings.forbidden);
      return;
    }
    this.current = session;
    for (const { subscription } of this.open.values()) if (subscription !== undefined) subscription.session = session;
  }

  /** Tells the client where its subscriptions stand; drops one that has not been heard of since the last time. */
  beat(): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (!this.isAlive) {
      this.socket.terminate();
      return;
    }
    this.isAlive = false;
    this.socket.ping();
    const cursors = [...this.open].flatMap(([id, { subscription }]) =>
      subscription === undefined ? [] : [[id, subscription.cursor]],
    );
    this.answer({ op: 'beat', cursors: Object.fromEntries(cursors) });
  }

  /** Who does not answer, after what it has yet to read, within `waitMs` is cut off. */
  close({ code, reason }: Closing, waitMs = this.options.closeMs): void {
    this.endAll();
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.close(code, reason);
    const cut = setTimeout(() => this.socket.terminate(), waitMs);
    this.socket.once('close', () => clearTimeout(cut));
  }

  private hear(): void {
    this.isAlive = true;
  }

  private receive(data: RawData, isBinary: boolean): void {
    this.hear();
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (isBinary) {
      this.close(closings.binary);
      return;
    }
    const read = readRequest(data.toString());
    if ('request' in read) this.handle(read.request);
    else this.refuse('invalid-message', read.fault, read.id);
  }

  private handle(request: SocketRequest): void {
    switch (request.op) {
      case 'subscribe':
        void this.subscribe(request);
        break;
      case 'unsubscribe':
        this.unsubscribe(request.id);
        break;
      case 'ping':
        this.answer({ op: 'pong' });
    }
  }

  private async subscribe(request: Subscribe): Promise<void> {
    const { id } = request;
    const { mostSubscriptions } = this.options;
    const entry: Open = { end: new AbortController() };
    if (this.open.has(id)) this.refuse('id-in-use', 'There is a subscription with this id', id);
    else if (Math.max(this.open.size, this.beginning) >= mostSubscriptions) {
      this.refuse('too-many-subscriptions', `A connection has at most ${mostSubscriptions}`, id);
    } else {
      this.open.set(id, entry);
      this.beginning += 1;
      const subscription = await this.begin(request, entry.end.signal)
        .catch((error: unknown) => {
          this.open.delete(id);
          this.refuse(refusalOf(error), 'The subscription cannot begin there', id);
        })
        .finally(() => {
          this.beginning -= 1;
        });
      if (subscription && !entry.end.signal.aborted) this.follow(id, entry, subscription);
    }
  }

  private follow(id: string, entry: Open, subscription: Subscription): void {
    entry.subscription = subscription;
    // The token's rights may have changed while the ends of the logs were asked.
    subscription.session = this.current;
    this.answer({ op: 'subscribed', id, cursor: subscription.cursor });
    void subscription.start();
  }

  private async begin({ id, types, after }: Subscribe, signal: AbortSignal): Promise<Subscription> {
    return this.feeds.open({
      session: this.current,
      correlationId: this.correlationId,
      types: types === undefined ? null : new Set(types),
      beginning: readBeginning(after),
      signal,
      sink: {
        emit: (event: CloudEvent, cursor: string) => this.writer.send(frameOf(event, cursor, id)),
        drained: () => this.writer.drained(),
      },
    });
  }

  private unsubscribe(id: string): void {
    const entry = this.open.get(id);
    if (entry === undefined) {
      this.refuse('not-subscribed', 'There is no subscription with this id', id);
      return;
    }
    this.open.delete(id);
    entry.end.abort();
    const { subscription } = entry;
    this.answer({ op: 'unsubscribed', id, ...(subscription === undefined ? {} : { cursor: subscription.cursor }) });
  }

  private refuse(code: SocketErrorCode, message: string, id: string | undefined): void {
    this.answer({ op: 'error', ...(id === undefined ? {} : { id }), code, message });
  }

  private answer(answer: SocketAnswer): void {
    this.writer.send(JSON.stringify(answer));
  }

  private endAll(): void {
    for (const { end } of this.open.values()) end.abort();
    this.open.clear();
    this.writer.release();
  }
}
