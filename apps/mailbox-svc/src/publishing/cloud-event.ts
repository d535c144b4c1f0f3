import {
  type CloudEvent,
  cloudEventsContentType,
  contractEventId,
  eventHeaders,
  eventSubject,
} from '@aftertone/contracts';
import type { OutgoingMessage, RecordedEvent } from '@aftertone/event-store';
import { publishEvent } from './publish-event.ts';

/** A contract event in its envelope. */
export interface EnvelopedEvent {
  /** Place among the contract events of its position, from 0. */
  part: number;
  /** Access paths: the canonical one first, then each audience's. */
  paths: [canonical: string, ...audiences: string[]];
  event: CloudEvent;
}

/** Wraps the contract events of a stored event. `source` is `/aftertone/<cell>/mailbox`. */
export const envelopes = (recorded: RecordedEvent, source: string): EnvelopedEvent[] =>
  publishEvent(recorded).map(({ type, path, audiences, sequence, data }, part) => ({
    part,
    paths: [path, ...audiences],
    event: {
      specversion: '1.0',
      id: contractEventId(recorded.id, part),
      source,
      type,
      subject: path,
      time: recorded.at,
      datacontenttype: 'application/json',
      tenantid: recorded.tenantId,
      sequence,
      streamversion: recorded.version,
      correlationid: recorded.meta.correlationId,
      ...(recorded.meta.causationId !== undefined && { causationid: recorded.meta.causationId }),
      data,
    },
  }));

/** The bus messages of a stored event: every contract event on its canonical subject, then a copy for each audience. */
export const busMessages = (recorded: RecordedEvent, source: string): OutgoingMessage[] => {
  const messages: OutgoingMessage[] = [];
  for (const { paths, event } of envelopes(recorded, source)) {
    const [canonical, ...audiences] = paths;
    const body = JSON.stringify(event);
    const send = (path: string, id: string, more: Record<string, string>): void => {
      const part = messages.length;
      const headers = {
        [eventHeaders.contentType]: cloudEventsContentType,
        ...more,
      };
      const subject = eventSubject(recorded.tenantId, path);
      messages.push({ subject, id, position: recorded.position, part, headers, body });
    };
    send(canonical, event.id, audiences.length > 0 ? { [eventHeaders.audience]: audiences.join(',') } : {});
    // Copies share the event's id, but one message id for all of them would make JetStream drop all but the first.
    for (const audience of audiences) send(audience, `${event.id}:${audience}`, {});
  }
  return messages;
};
