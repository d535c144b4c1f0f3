import { type EventHeaders, headersByName } from './cloudevents/event-headers.ts';
import { readEnvelope } from './cloudevents/read-envelope.ts';
import { type CloudEvent, eventHeaders } from './envelope.ts';
import { type ContractEventType, type EventData, eventsByType } from './events/index.ts';
import { type FieldProblem, fieldErrors } from './field-errors.ts';

/** Where the publishing service's log holds an event, from the headers of the bus message. */
export interface LogPlace {
  position: number;
  /** Place among all bus messages of that position, from 0. */
  part: number;
}

interface Received {
  /** The envelope; its `data` is as it came, with fields that this version does not know. */
  event: CloudEvent;
  /** Null when the headers do not tell. */
  log: LogPlace | null;
}

/** An event of a type that this version knows: `type` narrows `data`. */
export type ContractEvent = {
  [Type in ContractEventType]: Received & { type: Type; data: EventData<Type> };
}[ContractEventType];

/** An event of a newer version: another type, or data that this version cannot read (`problems` says where). */
export interface UnknownEvent extends Received {
  type: 'unknown';
  data: Record<string, unknown>;
  problems: FieldProblem[];
}

/** Digits that a number holds exactly; others are no place that can be compared. */
const placeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;

const logPlace = (headers: EventHeaders | undefined): LogPlace | null => {
  const found = headersByName(headers);
  const position = placeNumber(found.get(eventHeaders.position.toLowerCase()));
  const part = placeNumber(found.get(eventHeaders.part.toLowerCase()));
  return position === null || part === null ? null : { position, part };
};

/** Tells an event's type, and reads its data; what a newer version has added comes as `unknown`. */
export const contractEvent = (event: CloudEvent, log: LogPlace | null): ContractEvent | UnknownEvent => {
  const received = { event, log };
  const unknown = (problems: FieldProblem[]): UnknownEvent => ({
    ...received,
    type: 'unknown',
    data: event.data,
    problems,
  });

  const definition = eventsByType.get(event.type);
  if (definition === undefined) return unknown([{ path: 'type', message: `${event.type} is not known here` }]);
  const { success, data, error } = definition.data.safeParse(event.data);
  if (!success) return unknown(fieldErrors(error));
  // The map gave the definition of exactly this type, which the compiler cannot follow.
  return { ...received, type: definition.type, data } as ContractEvent;
};

/**
 * Reads a bus message, in structured or binary mode. A subscriber switches on `type`; what a newer version has added
 * comes as `unknown` and can be passed over. Throws `NotAnEvent` for a body that is no event.
 */
export const readEvent = (body: Uint8Array | string, headers?: EventHeaders): ContractEvent | UnknownEvent =>
  contractEvent(readEnvelope(body, headers), logPlace(headers));
