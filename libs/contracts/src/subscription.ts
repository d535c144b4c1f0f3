import { z } from 'zod';
import { id, instant, tenantId } from './common.ts';
import { eventsByType } from './events/index.ts';

const eventType = z.string().refine((type) => eventsByType.has(type), 'must be a type of the event catalogue');

const subscriptionFields = {
  types: z
    .array(eventType)
    .min(1)
    .max(200)
    .overwrite((types) => [...new Set(types)]),
};

export const newSubscription = z.strictObject({
  /** Unique among those of its owner: asking for it again finds it. Absent: it ends some minutes after its last reader. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ and -')
    .optional(),
  /** Absent: every event that the owner may see. */
  types: subscriptionFields.types.optional(),
  /** `now`, `first` (the beginning of history) or a cursor. Of no effect on a subscription that is there already. */
  after: z.string().min(1).max(512).default('now'),
});
export type NewSubscription = z.input<typeof newSubscription>;

/** A subscription on the bus: a NATS client subscribes to `deliverSubject` and acknowledges by answering each message. */
export const subscription = z.object({
  id,
  tenantId,
  /** User or service token. */
  ownerId: id,
  name: z.string().nullable(),
  types: subscriptionFields.types.nullable(),
  /** `sub.<id>.events`; as it is: JetStream does not notice who listens on a pattern of it. */
  deliverSubject: z.string(),
  /**
   * What happened before the bus begins to deliver, to be read first from `GET /v1/events/history` with these values;
   * null when there is nothing (any more). Told again where the reader had got to, as `PUT …/replay` said.
   */
  replay: z.object({ after: z.string(), until: z.string() }).nullable(),
  /** Patterns of the ACL that no bus subject can express exactly: what they allow comes by SSE and WebSocket only. */
  inexact: z.array(z.string()),
  createdAt: instant,
});
export type Subscription = z.output<typeof subscription>;

/** How to reach the bus with a token: NATS user and the prefix that the client must use for its inboxes. */
export const busAccess = z.object({
  servers: z.array(z.string()),
  user: z.string(),
  inboxPrefix: z.string(),
});
export type BusAccess = z.output<typeof busAccess>;

/** A subscription as the one who opens it sees it. */
export const openSubscription = subscription.extend({
  nats: busAccess,
  /**
   * Messages that have been delivered and not answered: a former reader's come again, and perhaps behind newer ones. Absent
   * when the bus does not say.
   */
  unacknowledged: z.number().int().min(0).optional(),
});
export type OpenSubscription = z.output<typeof openSubscription>;
