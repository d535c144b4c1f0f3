import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';
import type { Caller } from '../http/service-calls.ts';
import type { EventHub } from './hub.ts';
import type { LogPage } from './lane.ts';
import { type Beginning, type Place, type Places, placeBehind, services } from './places.ts';
import type { ReadLog } from './replay.ts';
import { type EventSink, Subscription } from './subscription.ts';

export interface FeedOptions {
  /** Events of one page of a log. */
  pageSize: number;
  /** Pause before a log is read again that could not be read, and how long a log's end is waited for. */
  retryMs: number;
}

export interface FeedRequest {
  session: Session;
  correlationId: string;
  types: ReadonlySet<string> | null;
  beginning: Beginning;
  sink: EventSink;
  /** Ends the subscription. */
  signal: AbortSignal;
}

const soon = async <T>(work: Promise<T>, withinMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), withinMs).unref();
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** Makes subscriptions to the services' events, for whatever carries them to a client. */
export class Feeds {
  private readonly hubOf: (session: Session) => EventHub;
  private readonly readLog: ReadLog;
  private readonly options: FeedOptions;

  /** `hubOf`: the live events of the cell in which the session's tenant lives. */
  constructor(hubOf: (session: Session) => EventHub, readLog: ReadLog, options: FeedOptions) {
    this.hubOf = hubOf;
    this.readLog = readLog;
    this.options = options;
  }

  /**
   * A subscription that stands at its beginning and has yet to be started. What happens after this is in it, also when it
   * begins now: the ends of the logs are asked here.
   */
  async open({ session, correlationId, types, beginning, sink, signal }: FeedRequest): Promise<Subscription> {
    const caller = { session, correlationId };
    const places = beginning === 'now' ? await this.ends(caller) : beginning;
    const { pageSize, retryMs } = this.options;
    const parts = {
      hub: this.hubOf(session),
      services,
      signal,
      sink,
      read: (service: ServiceName, afterPosition: number) => this.page(service, afterPosition, pageSize, caller),
      pause: () => delay(retryMs, undefined, { ref: false, signal }).catch(() => undefined),
    };
    return new Subscription(parts, session, { types, places });
  }

  /** A session as memberships that have just ended leave it. */
  narrow(session: Session): Session {
    return this.hubOf(session).narrow(session);
  }

  /** A stretch of one service's log. */
  async page(service: ServiceName, afterPosition: number, limit: number, caller: Caller): Promise<LogPage> {
    const { events, ...page } = await this.readLog(service, afterPosition, limit, caller);
    const placed = events.map(({ position, part, paths, event }) => ({ place: { position, part }, paths, event }));
    return { ...page, events: placed };
  }

  /** Behind the last event of every log whose service answers soon. */
  private async ends(caller: Caller): Promise<Places> {
    const found = await Promise.all(
      services.map(async (service): Promise<[ServiceName, Place][]> => {
        // Behind the end of any log there are no events, and the answer tells the head all the same.
        const asked = this.readLog(service, Number.MAX_SAFE_INTEGER, 1, caller);
        try {
          const { headPosition } = await soon(asked, this.options.retryMs);
          return [[service, placeBehind(headPosition)]];
        } catch {
          return [];
        }
      }),
    );
    return Object.fromEntries(found.flat());
  }
}
