import { cloudEvent, eventsByType, fieldErrors } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';

/** Offered by clients in `Sec-WebSocket-Protocol`, chosen by the server. */
export const socketProtocol = 'aftertone.events.v1';

/** Names a token in `Sec-WebSocket-Protocol`, for clients that cannot set headers. */
export const tokenProtocol = 'aftertone.bearer.';

/** Longest message of a client, in bytes. */
export const longestMessage = 16_384;

const name = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'Name of the subscription, chosen by the client, unique in its connection' });
const cursor = z.string().meta({ description: 'Where to resume: `after` of a later subscription, on any connection' });
const eventType = z.string().refine((type) => eventsByType.has(type), 'must be a type of the event catalogue');

/** What a client may say. */
export const socketRequest = component(
  'EventSocketRequest',
  z.discriminatedUnion('op', [
    z.strictObject({
      op: z.literal('subscribe'),
      id: name,
      types: z.array(eventType).min(1).max(100).optional().meta({ description: 'Event types; all when absent' }),
      after: z
        .string()
        .max(512)
        .default('now')
        .meta({ description: 'A cursor, `first` (the beginning of history) or `now`' }),
    }),
    z.strictObject({ op: z.literal('unsubscribe'), id: name }),
    z.strictObject({ op: z.literal('ping') }),
  ]),
  { op: 'subscribe', id: 'messages', types: ['message_created'], after: 'first' },
  { op: 'unsubscribe', id: 'messages' },
  { op: 'ping' },
);
export type SocketRequest = z.output<typeof socketRequest>;
export type Subscribe = Extract<SocketRequest, { op: 'subscribe' }>;

/** What the server says. */
export const socketAnswer = component(
  'EventSocketAnswer',
  z.discriminatedUnion('op', [
    z.object({ op: z.literal('subscribed'), id: name, cursor }),
    z.object({ op: z.literal('event'), id: name, cursor, event: cloudEvent }),
    z.object({ op: z.literal('unsubscribed'), id: name, cursor: cursor.optional() }),
    z.object({ op: z.literal('beat'), cursors: z.record(name, cursor) }),
    z.object({ op: z.literal('pong') }),
    z.object({
      op: z.literal('error'),
      id: name.optional(),
      code: z.enum([
        'invalid-message',
        'id-in-use',
        'not-subscribed',
        'too-many-subscriptions',
        'cursor-invalid',
        'service-unavailable',
      ]),
      message: z.string(),
    }),
  ]),
  { op: 'subscribed', id: 'messages', cursor: 'bTEuMCBkMS4wIG4xLjAgaTEuMA' },
  { op: 'error', id: 'messages', code: 'cursor-invalid', message: 'The cursor is none that this server has given out' },
);
export type SocketAnswer = z.input<typeof socketAnswer>;
export type SocketErrorCode = Extract<SocketAnswer, { op: 'error' }>['code'];

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A client's message, or what is wrong with it and, when that can be read, which subscription it is about. */
export const readRequest = (text: string): { request: SocketRequest } | { fault: string; id: string | undefined } => {
  const message = parse(text);
  const result = socketRequest.safeParse(message);
  if (result.success) return { request: result.data };
  const faults = fieldErrors(result.error).map(({ path, message: fault }) => `${path} ${fault}`.trim());
  const id = name.safeParse(Reflect.get(Object(message), 'id')).data;
  return { fault: message === undefined ? 'The message is no JSON' : faults.join('; '), id };
};
