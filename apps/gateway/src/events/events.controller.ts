import { Readable } from 'node:stream';
import { rejected } from '@aftertone/kernel';
import { Controller, Inject } from '@nestjs/common';
import { tokenOf } from '../access/token-of.ts';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { StreamAnswer } from '../http/stream-answer.ts';
import { TakenOver } from '../http/taken-over.ts';
import { upgradeOf } from '../http/upgrades.ts';
import { eventRoutes } from './event.routes.ts';
import { EventHistory } from './event-history.ts';
import { EventSockets } from './event-sockets.ts';
import { EventStreams } from './event-streams.ts';
import { readBeginning, readCursor } from './places.ts';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that buffer answers would hold events back.
  'x-accel-buffering': 'no',
};

const setOf = (types: readonly string[] | undefined): ReadonlySet<string> | null =>
  types === undefined ? null : new Set(types);

@Controller()
export class EventsController {
  private readonly streams: EventStreams;
  private readonly sockets: EventSockets;
  private readonly events: EventHistory;

  constructor(
    @Inject(EventStreams) streams: EventStreams,
    @Inject(EventSockets) sockets: EventSockets,
    @Inject(EventHistory) events: EventHistory,
  ) {
    this.streams = streams;
    this.sockets = sockets;
    this.events = events;
  }

  @Endpoint(eventRoutes.stream)
  async stream(call: Call<typeof eventRoutes.stream>): Promise<StreamAnswer> {
    const { request, session, correlationId, query } = call;
    const cursor = request.headers['last-event-id'] || query.after;
    const beginning = typeof cursor === 'string' ? readBeginning(cursor) : 'now';
    if (request.method === 'HEAD') return new StreamAnswer(200, headers, Readable.from([]));
    const token = tokenOf(request.headers);
    const body = await this.streams.start({ token, session, correlationId, types: setOf(query.types), beginning });
    return new StreamAnswer(200, headers, body);
  }

  @Endpoint(eventRoutes.socket)
  async socket(call: Call<typeof eventRoutes.socket>): Promise<TakenOver> {
    const { request, session, correlationId, route } = call;
    const upgrade = upgradeOf(request);
    if (upgrade === undefined) throw rejected('upgrade-required', 'This is a WebSocket: ask for an upgrade');
    const caller = { token: tokenOf(request.headers), session, correlationId };
    return new TakenOver(route.status, this.sockets.admit(upgrade, caller));
  }

  @Endpoint(eventRoutes.history)
  async history(call: Call<typeof eventRoutes.history>): Promise<Answer<typeof eventRoutes.history>> {
    const { types, after, until, limit } = call.query;
    const page = await this.events.page({
      caller: call,
      types: setOf(types),
      after: readCursor(after),
      until: until === undefined ? {} : readCursor(until),
      limit,
    });
    const { items, cursor, isComplete } = page;
    return { items, next: isComplete ? null : cursor, cursor };
  }
}
