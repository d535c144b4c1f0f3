import type { CloudEvent, ServiceName } from '@aftertone/contracts';
import type { Caller } from '../http/service-calls.ts';
import type { Feeds } from './feeds.ts';
import {
  comparePlaces,
  laterPlace,
  type Place,
  type Places,
  placeAfter,
  placeBehind,
  services,
  writeCursor,
} from './places.ts';
import { maySee } from './subscription.ts';

export interface HistoryRequest {
  caller: Caller;
  types: ReadonlySet<string> | null;
  after: Places;
  /** Events before these places; to the end of the log where a service has none. */
  until: Places;
  /** Events of the page. */
  limit: number;
}

export interface HistoryPage {
  items: { cursor: string; event: CloudEvent }[];
  /** Behind everything that was looked at. */
  cursor: string;
  isComplete: boolean;
}

export interface HistoryOptions {
  /** Events of one page of a log. */
  pageSize: number;
  /** Events of the logs that one request looks at; more than there are services, for each is looked at. */
  mostLooked: number;
}

/** One request's way through the logs. */
class Walk {
  readonly items: HistoryPage['items'] = [];
  readonly places: { [Service in ServiceName]?: Place };
  private looked = 0;
  private readonly feeds: Feeds;
  private readonly request: HistoryRequest;
  private readonly options: HistoryOptions;

  constructor(feeds: Feeds, request: HistoryRequest, options: HistoryOptions) {
    this.feeds = feeds;
    this.request = request;
    this.options = options;
    this.places = { ...request.after };
  }

  /** True when the log is at its end, or at `until`; false when the page is full or enough was looked at. */
  async through(service: ServiceName): Promise<boolean> {
    const { caller, until } = this.request;
    const end = until[service];
    for (;;) {
      const from = this.places[service];
      // A reader without a place in a log begins with what is live.
      if (from === undefined || (end !== undefined && comparePlaces(from, end) >= 0)) return true;
      const left = this.options.mostLooked - this.looked;
      if (this.items.length >= this.request.limit || left <= 0) return false;
      const page = await this.feeds.page(service, from.position - 1, Math.min(this.options.pageSize, left), caller);
      // A stretch of a log that published nothing costs a look too.
      this.looked += Math.max(1, page.events.length);
      for (const placed of page.events) {
        if (comparePlaces(placed.place, from) < 0) continue;
        if (end !== undefined && comparePlaces(placed.place, end) >= 0) {
          this.places[service] = end;
          return true;
        }
        if (this.items.length >= this.request.limit) return false;
        this.places[service] = placeAfter(placed.place);
        this.take(placed);
      }
      this.places[service] = laterPlace(this.places[service], placeBehind(page.throughPosition));
      if (page.throughPosition >= page.headPosition) return true;
    }
  }

  private take(placed: Parameters<typeof maySee>[1]): void {
    const { types, caller } = this.request;
    const { event } = placed;
    if ((types === null || types.has(event.type)) && maySee(this.feeds.narrow(caller.session), placed)) {
      this.items.push({ cursor: writeCursor(this.places), event });
    }
  }
}

/** What happened, a page at a time, out of the services' logs: one service after the other, each in its order. */
export class EventHistory {
  private readonly feeds: Feeds;
  private readonly options: HistoryOptions;

  constructor(feeds: Feeds, options: HistoryOptions) {
    this.feeds = feeds;
    this.options = options;
  }

  /** Throws `unavailable` when a service does not answer: a page never leaves out what it cannot see. */
  async page(request: HistoryRequest): Promise<HistoryPage> {
    const walk = new Walk(this.feeds, request, this.options);
    let isComplete = true;
    for (const service of services) {
      isComplete = await walk.through(service);
      if (!isComplete) break;
    }
    return { items: walk.items, cursor: writeCursor(walk.places), isComplete };
  }
}
