import { type CloudEvent, cloudEvent, eventHeaders, parseEventSubject } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';

/** One contract event as it came from the bus. */
export interface IncomingEvent {
  event: CloudEvent;
  /** Subject it was published on. */
  subject: string;
  /** The subject's access path: `mailboxes.<id>.messages.created`. */
  path: string;
  tenantId: string;
  /** Place in the publishing service's log. */
  position: number;
  /** Place among the bus messages of that position. */
  part: number;
  /** Paths of the copies for the people who may see it. */
  audience: readonly string[];
  /** Place in the JetStream stream. */
  sequence: number;
  /** 1 for the first time. */
  deliveryCount: number;
}

/** A bus message before anything is known about its content. */
export interface RawEvent {
  subject: string;
  body: string;
  header(name: string): string;
  sequence: number;
  deliveryCount: number;
}

const placeIn = (raw: RawEvent, name: string): number => {
  const value = Number(raw.header(name) || Number.NaN);
  if (!Number.isSafeInteger(value)) throw invalid('event-unreadable', `The event has no usable header ${name}`);
  return value;
};

/** Throws `event-unreadable` (invalid) for anything that is no contract event. */
export const readEvent = (raw: RawEvent): IncomingEvent => {
  const place = parseEventSubject(raw.subject);
  if (place === null) throw invalid('event-unreadable', 'The subject is no event subject');
  let json: unknown;
  try {
    json = JSON.parse(raw.body);
  } catch {
    // The parser's own words quote the text, which may be caller data.
    throw invalid('event-unreadable', 'The event is no JSON');
  }
  const parsed = cloudEvent.safeParse(json);
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw invalid('event-unreadable', `The event is no CloudEvent of ours: ${paths}`);
  }
  const audience = raw.header(eventHeaders.audience);
  return {
    event: parsed.data,
    subject: raw.subject,
    path: place.path,
    tenantId: place.tenantId,
    position: placeIn(raw, eventHeaders.position),
    part: placeIn(raw, eventHeaders.part),
    audience: audience === '' ? [] : audience.split(','),
    sequence: raw.sequence,
    deliveryCount: raw.deliveryCount,
  };
};

/** Default lane: what the path names first (`mailboxes.<id>`, `identity.users.<id>`), per tenant. */
export const laneOf = ({ tenantId, path }: Pick<IncomingEvent, 'tenantId' | 'path'>): string => {
  const named = /^.*?[0-9a-f]{8}-[0-9a-f-]{27}/.exec(path);
  return `${tenantId}.${named?.[0] ?? path}`;
};
