import { cloudEvent, eventsByType } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { defineRoute } from '../http/route.ts';

const types = z
  .string()
  .transform((text) => text.split(',').map((type) => type.trim()))
  .pipe(z.array(z.string().refine((type) => eventsByType.has(type), 'must be a type of the event catalogue')))
  .meta({ type: 'string', description: 'Comma-separated event types; all when absent' });

const cursor = z.string().max(512);

const eventPage = component(
  'EventPage',
  z.object({
    items: z.array(z.object({ cursor: z.string(), event: cloudEvent })),
    next: z.string().nullable().meta({ description: '`after` of the next page; null: this was the last' }),
    cursor: z.string().meta({
      description: 'Behind everything that was looked at, also in the last page: where to follow live events from',
    }),
  }),
);

export const eventRoutes = {
  stream: defineRoute({
    operationId: 'streamEvents',
    method: 'GET',
    path: '/v1/events',
    tag: 'events',
    summary: 'Follow events live',
    description:
      'Server-sent events: `event` is the type, `data` the CloudEvent, `id` a cursor. Only events that the ACL of the ' +
      'token allows are sent. With `Last-Event-ID` or `after` the stream begins behind that cursor (`first`: at the ' +
      'beginning of history) and goes over to live events without a gap or a repeat. A stream ends with its token.',
    access: 'aftertone.events.read',
    query: z.strictObject({
      types: types.optional(),
      after: cursor.optional().meta({ description: 'A cursor, `first`, or `now` as when it is absent' }),
    }),
    status: 200,
    answerTypes: ['text/event-stream'],
    headers: { 'Last-Event-ID': 'A cursor; goes before `after`' },
    refusals: { 400: ['cursor-invalid'] },
  }),
  socket: defineRoute({
    operationId: 'openEventSocket',
    method: 'GET',
    path: '/v1/events/ws',
    tag: 'events',
    summary: 'Follow events live over a WebSocket',
    description:
      'Messages are JSON texts: a client sends `EventSocketRequest`, the server `EventSocketAnswer` (see the schemas). Each ' +
      'of up to 20 subscriptions has its own types and cursor; only events that the ACL of the token allows are sent. ' +
      'Offer the protocol `aftertone.events.v1`; a browser, which cannot set headers, offers `aftertone.bearer.<token>` ' +
      'beside it. Close codes: 1001 the server goes away, 1003 binary message, 1007 broken text, 1009 message above 16 kB, ' +
      '4401 the token ended, 4403 it no longer allows `aftertone.events.read`, 4429 too much was left unread. After 1001, ' +
      '1006 and 4429 connect again and subscribe with the last cursors.',
    access: 'aftertone.events.read',
    status: 101,
    headers: { 'Sec-WebSocket-Protocol': '`aftertone.events.v1`, and `aftertone.bearer.<token>` from browsers' },
    refusals: { 426: ['upgrade-required'] },
  }),
  history: defineRoute({
    operationId: 'listEvents',
    method: 'GET',
    path: '/v1/events/history',
    tag: 'events',
    summary: 'Read past events',
    description:
      'Events that the ACL of the token allows, out of the logs of all services: one service after the other, each in its ' +
      'order. Walked to `next: null` it leaves nothing out and repeats nothing. A page may be empty and have a next one: ' +
      'how much is looked at for one page is limited.',
    access: 'aftertone.events.read',
    query: z.strictObject({
      types: types.optional(),
      after: cursor.default('first').meta({ description: 'A cursor, or `first`: the beginning of history' }),
      until: cursor
        .optional()
        .meta({ description: 'A cursor: the events up to it; to the end of history when absent' }),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    status: 200,
    answer: eventPage,
    refusals: { 400: ['cursor-invalid'] },
  }),
};
