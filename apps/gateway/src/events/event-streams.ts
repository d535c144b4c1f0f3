import { setTimeout as delay } from 'node:timers/promises';
import type { CloudEvent, ReplayPage, ServiceName } from '@aftertone/contracts';
import { unavailable } from '@aftertone/kernel';
import type { Authenticator } from '../access/authenticator.ts';
import type { Session } from '../access/session.ts';
import type { EventHub } from './hub.ts';
import { type Places, writeCursor } from './places.ts';
import type { ReadLog } from './replay.ts';
import { SseBody } from './sse-body.ts';
import { Subscription } from './subscription.ts';

export interface EventStreamOptions {
  heartbeatMs: number;
  /** How often the token of an open stream is checked again. */
  checkMs: number;
  /** Told to clients: how long to wait before they connect again; also our pause before a log is read again. */
  retryMs: number;
  /** Unread bytes at which a reader is given up. */
  mostBuffered: number;
  /** Events of one page of a log. */
  pageSize: number;
  /** Streams open at a time in this process. */
  most: number;
}

export interface StreamRequest {
  token: string;
  session: Session;
  correlationId: string;
  types: ReadonlySet<string> | null;
  /** Undefined: from now on. */
  places: Places | undefined;
}

const services: readonly ServiceName[] = ['mailbox', 'media', 'notify', 'gateway'];

const soon = async <T>(work: Promise<T>, withinMs: number): Promise<T> => {
  const late = delay(withinMs, undefined, { ref: false }).then(() => {
    throw new Error('no answer in time');
  });
  return Promise.race([work, late]);
};

/** Every open event stream of this process. */
export class EventStreams {
  private readonly open = new Set<SseBody>();
  private readonly hub: EventHub;
  private readonly readLog: ReadLog;
  private readonly authenticator: Authenticator;
  private readonly options: EventStreamOptions;

  constructor(hub: EventHub, readLog: ReadLog, authenticator: Authenticator, options: EventStreamOptions) {
    this.hub = hub;
    this.readLog = readLog;
    this.authenticator = authenticator;
    this.options = options;
  }

  /** The body of a new stream; it ends with its token, its reader or `endAll`. */
  async start(request: StreamRequest): Promise<SseBody> {
    const { mostBuffered, retryMs, most } = this.options;
    if (this.open.size >= most) throw unavailable('service-unavailable', 'Too many event streams are open here');
    const body = new SseBody(mostBuffered);
    const ended = new AbortController();
    const subscription = this.subscribe(request, body, ended.signal);
    this.open.add(body);
    body.once('close', () => {
      this.open.delete(body);
      ended.abort();
    });
    body.on('error', () => undefined); // the reader sees the connection end, and may resume
    this.keepUp(request, subscription, body);
    const joined = subscription.start();
    if (request.places === undefined) {
      // What happens after the answer's first byte must be in the stream: its beginning is fixed before that.
      await joined;
      body.hint(retryMs, subscription.cursor);
    }
    return body;
  }

  /** For shutdown: clients connect again, elsewhere, and resume. */
  endAll(): void {
    for (const body of this.open) body.end();
  }

  private subscribe(request: StreamRequest, body: SseBody, signal: AbortSignal): Subscription {
    const { session, correlationId, types, places } = request;
    const { pageSize, retryMs } = this.options;
    if (places !== undefined) body.hint(retryMs, writeCursor(places));
    const read = (service: ServiceName, after: number, limit: number): Promise<ReplayPage> =>
      this.readLog(service, after, limit, { session, correlationId });
    const parts = {
      hub: this.hub,
      services,
      signal,
      read: async (service: ServiceName, afterPosition: number) => {
        const { events, ...page } = await read(service, afterPosition, pageSize);
        const placed = events.map(({ position, part, paths, event }) => ({ place: { position, part }, paths, event }));
        return { ...page, events: placed };
      },
      head: async (service: ServiceName) => {
        // Behind the end of any log there are no events, and the answer tells the head all the same.
        const page = await soon(read(service, Number.MAX_SAFE_INTEGER, 1), retryMs);
        return page.headPosition;
      },
      pause: () => delay(retryMs, undefined, { ref: false, signal }).catch(() => undefined),
      drained: () => body.drained(),
      emit: (event: CloudEvent, cursor: string) =>
        body.send({ id: cursor, event: event.type, data: JSON.stringify(event) }),
    };
    return new Subscription(parts, session, types, places ?? {});
  }

  private keepUp({ token }: StreamRequest, subscription: Subscription, body: SseBody): void {
    const beat = setInterval(() => body.beat(subscription.cursor), this.options.heartbeatMs);
    const check = setInterval(async () => {
      // An identity store that does not answer says nothing about the token.
      const session = await this.authenticator.session(token).catch(() => subscription.session);
      if (session === null || session.expiresAt <= Date.now()) body.end();
      else subscription.session = session;
    }, this.options.checkMs);
    body.once('close', () => {
      clearInterval(beat);
      clearInterval(check);
    });
  }
}
