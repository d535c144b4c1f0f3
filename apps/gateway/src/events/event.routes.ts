import { eventsByType } from '@aftertone/contracts';
import { z } from 'zod';
import { defineRoute } from '../http/route.ts';

const types = z
  .string()
  .transform((text) => text.split(',').map((type) => type.trim()))
  .pipe(z.array(z.string().refine((type) => eventsByType.has(type), 'must be a type of the event catalogue')))
  .meta({ type: 'string', description: 'Comma-separated event types; all when absent' });

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
      after: z.string().max(512).optional().meta({ description: 'A cursor, or `first`' }),
    }),
    status: 200,
    answerTypes: ['text/event-stream'],
    headers: { 'Last-Event-ID': 'A cursor; goes before `after`' },
    refusals: { 400: ['cursor-invalid'] },
  }),
};
