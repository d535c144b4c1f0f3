import { Buffer } from 'node:buffer';
import type { CloudEvent } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';
import { eventRoutes } from './event.routes.ts';
import type { Feeds } from './feeds.ts';
import type { OpenStreams } from './open-streams.ts';
import type { Beginning } from './places.ts';
import type { SessionWatch } from './session-watch.ts';
import { sharedFrames, textOf } from './shared-frames.ts';
import { SseBody, sseEvent } from './sse-body.ts';
import type { Subscription } from './subscription.ts';

export interface EventStreamOptions {
  heartbeatMs: number;
  /** Told to clients: how long to wait before they connect again. */
  retryMs: number;
  /** Unread bytes at which a reader is given up. */
  mostBuffered: number;
}

export interface EventStreamParts {
  feeds: Feeds;
  watch: SessionWatch;
  openStreams: OpenStreams;
  options: EventStreamOptions;
}

export interface StreamRequest {
  token: string;
  session: Session;
  correlationId: string;
  types: ReadonlySet<string> | null;
  beginning: Beginning;
}

/** Every open event stream of this process: server-sent events. */
export class EventStreams {
  private readonly open = new Set<SseBody>();
  private readonly parts: EventStreamParts;
  private readonly frame = sharedFrames((event, cursor) =>
    Buffer.from(sseEvent({ id: cursor, event: event.type, data: textOf(event) })),
  );

  constructor(parts: EventStreamParts) {
    this.parts = parts;
  }

  /** The body of a new stream; it ends with its token, its reader or `endAll`. */
  async start(request: StreamRequest): Promise<SseBody> {
    const { options, openStreams, feeds } = this.parts;
    const { token, ...wanted } = request;
    const seat = openStreams.take();
    const body = new SseBody(options.mostBuffered);
    const ended = new AbortController();
    this.open.add(body);
    body.once('close', () => {
      seat.leave();
      this.open.delete(body);
      ended.abort();
    });
    body.on('error', () => undefined); // the reader sees the connection end, and may resume
    const sink = {
      emit: (event: CloudEvent, cursor: string) => body.send(this.frame(event, cursor, '')),
      drained: () => body.drained(),
    };
    const subscription = await feeds.open({ ...wanted, sink, signal: ended.signal });
    body.hint(options.retryMs, subscription.cursor);
    this.keepUp(token, subscription, body);
    void subscription.start();
    return body;
  }

  /** For shutdown: clients connect again, elsewhere, and resume. */
  endAll(): void {
    for (const body of this.open) body.end();
  }

  private keepUp(token: string, subscription: Subscription, body: SseBody): void {
    const beat = setInterval(() => body.beat(subscription.cursor), this.parts.options.heartbeatMs);
    const unwatch = this.parts.watch.watch({
      token,
      session: subscription.session,
      onSession: (session) => {
        if (session.allows(eventRoutes.stream.access)) subscription.session = session;
        else body.end();
      },
      onEnd: () => body.end(),
    });
    body.once('close', () => {
      clearInterval(beat);
      unwatch();
    });
  }
}
