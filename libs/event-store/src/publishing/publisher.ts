import {
  type CloudEvent,
  cloudEventsContentType,
  contractEventId,
  eventHeaders,
  eventSubject,
  type ReplayPage,
} from '@aftertone/contracts';
import type { OutgoingMessage, RecordedEvent } from '../types.ts';

/** One contract event that a stored event leads to, before it gets its envelope. */
export interface Publication {
  type: string;
  /** Canonical access path. */
  path: string;
  /** Access paths of the copies. */
  audiences?: readonly string[];
  /** The feed's number, on events of a feed. */
  sequence?: number;
  /** Whose event it is, when that is not the tenant under which it is stored. */
  tenantId?: string;
  data: Record<string, unknown>;
}

export interface PublisherOptions {
  /** `/aftertone/<cell>/<service>`. */
  source: string;
  /** The contract events of any stored event, in order; none for a type that a newer version wrote. Pure. */
  publish: (recorded: RecordedEvent) => readonly Publication[];
}

type Enveloped = Omit<ReplayPage['events'][number], 'position'>;

/** Turns a service's stored events into what others see of them: on the bus, and in replays from its log. */
export class Publisher {
  private readonly options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.options = options;
  }

  /** The contract events of a stored event, each with its access paths: the canonical one first, then its audiences'. */
  envelopes(recorded: RecordedEvent): Enveloped[] {
    return this.options.publish(recorded).map((publication, part) => ({
      part,
      paths: [publication.path, ...(publication.audiences ?? [])],
      event: this.envelope(recorded, publication, part),
    }));
  }

  /** The bus messages of a stored event: every contract event on its canonical subject, then a copy for each audience. */
  busMessages(recorded: RecordedEvent): OutgoingMessage[] {
    const messages: OutgoingMessage[] = [];
    for (const { paths, event } of this.envelopes(recorded)) {
      const [canonical = event.subject, ...audiences] = paths;
      const body = JSON.stringify(event);
      const send = (path: string, id: string, more: Record<string, string>): void => {
        const part = messages.length;
        const headers = {
          [eventHeaders.contentType]: cloudEventsContentType,
          [eventHeaders.position]: String(recorded.position),
          [eventHeaders.part]: String(part),
          ...more,
        };
        const subject = eventSubject(event.tenantid, path);
        messages.push({ subject, id, position: recorded.position, part, headers, body });
      };
      send(canonical, event.id, audiences.length > 0 ? { [eventHeaders.audience]: audiences.join(',') } : {});
      // Copies share the event's id, but one message id for all of them would make JetStream drop all but the first.
      for (const audience of audiences) send(audience, `${event.id}:${audience}`, {});
    }
    return messages;
  }

  private envelope(recorded: RecordedEvent, publication: Publication, part: number): CloudEvent {
    const { meta } = recorded;
    return {
      specversion: '1.0',
      id: contractEventId(recorded.id, part),
      source: this.options.source,
      type: publication.type,
      subject: publication.path,
      time: recorded.at,
      datacontenttype: 'application/json',
      tenantid: publication.tenantId ?? recorded.tenantId,
      ...(publication.sequence !== undefined && { sequence: publication.sequence }),
      streamversion: recorded.version,
      correlationid: meta.correlationId,
      ...(meta.causationId !== undefined && { causationid: meta.causationId }),
      data: publication.data,
    };
  }
}
