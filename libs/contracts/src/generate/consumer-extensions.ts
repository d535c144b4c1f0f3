import type { EventDefinition } from '../events/index.ts';
import { eventAccess } from '../subjects.ts';
import { placesOf } from './event-channels.ts';

/** Accesses of an event: one is enough, and says through which copy it comes. */
export const accessesOf = (definition: EventDefinition): Record<string, string> =>
  Object.fromEntries(
    placesOf(definition).map(({ name, path }) => [name.split('.')[1] ?? 'canonical', eventAccess(path)]),
  );

/** The JetStream stream that holds an event; no subscriber reads it itself. */
export const streamOf = ({ service }: EventDefinition): string => `EVT_{cell}_${service}`;

/** How a subscriber gets an event without losing one while it is away. */
export const durableOf = ({ type }: EventDefinition) => ({
  create: { method: 'POST', path: '/v1/subscriptions', body: { name: 'my-program', types: [type], after: 'now' } },
  replay: 'read GET /v1/events/history between replay.after and replay.until before, where the answer has a replay',
  login: 'the NATS user that the answer names, with the token as the password',
  subscribe: 'the deliverSubject of the answer, exactly: it wakes the consumer',
  acknowledge: 'answer each message, with nothing, within 30 seconds; what is not acknowledged comes again',
});
