import { eventHeaders, parseEventSubject } from '@aftertone/contracts';
import { isId } from '@aftertone/kernel';
import type { JsMsg, StoredMsg } from '@nats-io/jetstream';
import type { DeadLetter } from '../dead-letters/dead-letters.ts';
import { type IncomingEvent, laneOf, type RawEvent, readEvent } from './incoming-event.ts';
import type { Delivery, Item } from './item.ts';

export interface IntakeOptions {
  consumer: string;
  stream: string;
  lane?: ((event: IncomingEvent) => string) | undefined;
}

/** For events whose subject names no tenant. */
const noTenant = '00000000-0000-0000-0000-000000000000';

const itemOf = (raw: RawEvent, key: string, delivery: Delivery, options: IntakeOptions): Item => {
  const { consumer, stream, lane = laneOf } = options;
  const common = { key, delivery, failures: 0, waits: 0 };
  const { subject, sequence } = raw;
  try {
    const event = readEvent(raw);
    const { position, part, tenantId } = event;
    const { id: eventId, type: eventType } = event.event;
    const reference = { consumer, stream, subject, sequence, position, part, tenantId, eventId, eventType };
    return { ...common, lane: lane(event), content: { event }, reference };
  } catch (unreadable) {
    const tenantId = parseEventSubject(subject)?.tenantId ?? noTenant;
    const reference = {
      ...{ consumer, stream, subject, sequence },
      tenantId: isId(tenantId) ? tenantId : noTenant,
      eventId: `${stream}:${sequence}`,
      eventType: 'unreadable',
      position: Number(raw.header(eventHeaders.position)) || 0,
      part: Number(raw.header(eventHeaders.part)) || 0,
    };
    return { ...common, lane: subject, content: { unreadable }, reference };
  }
};

export const deliveredRaw = (message: JsMsg): RawEvent => {
  const { headers } = message;
  return {
    subject: message.subject,
    body: message.string(),
    header: (name) => headers?.get(name) ?? '',
    sequence: message.seq,
    deliveryCount: message.info.deliveryCount,
  };
};

/** An event that the bus delivered. */
export const deliveredItem = (
  message: JsMsg,
  { mayAnswer, ...options }: IntakeOptions & { mayAnswer: () => boolean },
): Item => {
  const answer = (send: () => void) => (): void => {
    if (mayAnswer()) send();
  };
  const delivery: Delivery = {
    done: answer(() => message.ack()),
    gaveUp: answer(() => message.term()),
    working: answer(() => message.working()),
  };
  return itemOf(deliveredRaw(message), String(message.seq), delivery, options);
};

/** A dead letter that somebody wants to be tried again. */
export const replayedItem = (
  message: StoredMsg,
  letter: DeadLetter,
  replayed: () => Promise<void>,
  options: IntakeOptions,
): Item => {
  const raw: RawEvent = {
    subject: message.subject,
    body: message.string(),
    header: (name) => message.header.get(name),
    sequence: message.seq,
    deliveryCount: letter.attempts + 1,
  };
  const nothing = (): void => {};
  const item = itemOf(raw, `replay ${letter.id}`, { done: replayed, gaveUp: nothing, working: nothing }, options);
  // Found again under another number of a stream that was made anew, an unreadable event must stay the same letter.
  return { ...item, reference: { ...item.reference, eventId: letter.eventId } };
};
