import { z } from 'zod';
import { cloudEvent, cloudEventsContentType, eventHeaders } from '../envelope.ts';
import type { EventDefinition } from '../events/index.ts';
import { type JsonSchema, type JsonSchemaOptions, toJsonSchema } from '../json-schema.ts';
import { accessesOf, durableOf, streamOf } from './consumer-extensions.ts';
import { eventSamples } from './samples.ts';

/** Schema of a whole event: the envelope with this type's data. Events of a mailbox have a `sequence`, members' views none. */
export const eventSchema = ({ type, data, audiences, memberViews }: EventDefinition): z.ZodType =>
  cloudEvent.extend({
    type: z.literal(type),
    data,
    ...(audiences && !memberViews ? { sequence: cloudEvent.shape.sequence.unwrap() } : {}),
  });

/**
 * JSON Schema of a whole event on the bus. Fields that came with a later version may be absent: an event of before stays
 * valid for ever, and a reader gives them their defaults.
 */
export const eventJsonSchema = (definition: EventDefinition, options?: JsonSchemaOptions): JsonSchema =>
  toJsonSchema(eventSchema(definition), 'input', options);

const digits = { type: 'string', pattern: '^[0-9]+$' };

/** Headers of every event on the bus. */
export const eventHeadersSchema = {
  type: 'object',
  properties: {
    [eventHeaders.contentType]: { const: cloudEventsContentType },
    'Nats-Msg-Id': { type: 'string', description: 'id of the event; on a copy `<id>:<audience path>`' },
    [eventHeaders.position]: { ...digits, description: "position in the publishing service's log" },
    [eventHeaders.part]: { ...digits, description: 'place among all bus messages of that position, from 0' },
    [eventHeaders.audience]: {
      type: 'string',
      description: 'paths of the copies, comma-separated; on the canonical message only',
    },
  },
  required: [eventHeaders.position, eventHeaders.part],
};

/** AsyncAPI message of one event type. */
export const eventMessage = (definition: EventDefinition) => ({
  name: definition.type,
  title: definition.type,
  summary: definition.summary,
  contentType: cloudEventsContentType,
  correlationId: { location: '$message.payload#/correlationid' },
  headers: { $ref: '#/components/schemas/eventHeaders' },
  payload: eventJsonSchema(definition, { target: 'draft-7' }),
  examples: eventSamples(definition.type),
  'x-access': accessesOf(definition),
  'x-stream': streamOf(definition),
  'x-durable': durableOf(definition),
});
