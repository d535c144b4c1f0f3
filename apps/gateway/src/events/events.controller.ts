import { Readable } from 'node:stream';
import { Controller, Inject } from '@nestjs/common';
import { tokenOf } from '../access/token-of.ts';
import type { Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { StreamAnswer } from '../http/stream-answer.ts';
import { eventRoutes } from './event.routes.ts';
import { EventStreams } from './event-streams.ts';
import { readCursor } from './places.ts';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that buffer answers would hold events back.
  'x-accel-buffering': 'no',
};

@Controller()
export class EventsController {
  private readonly streams: EventStreams;

  constructor(@Inject(EventStreams) streams: EventStreams) {
    this.streams = streams;
  }

  @Endpoint(eventRoutes.stream)
  async stream(call: Call<typeof eventRoutes.stream>): Promise<StreamAnswer> {
    const { request, session, correlationId, query } = call;
    const cursor = request.headers['last-event-id'] || query.after;
    const places = typeof cursor === 'string' ? readCursor(cursor) : undefined;
    if (request.method === 'HEAD') return new StreamAnswer(200, headers, Readable.from([]));
    const types = query.types === undefined ? null : new Set(query.types);
    const token = tokenOf(request.headers);
    const body = await this.streams.start({ token, session, correlationId, types, places });
    return new StreamAnswer(200, headers, body);
  }
}
