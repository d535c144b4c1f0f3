import { z } from 'zod';
import { instant, tenantId } from './common.ts';

/**
 * A contract event in CloudEvents 1.0 structured JSON, plus our extension attributes.
 * Readers are tolerant: unknown attributes and data fields are ignored.
 */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  /** Unique with `source`. Copies for several audiences share it. */
  id: z.string().min(1).max(64),
  /** `/aftertone/<cell>/<service>`. */
  source: z.string(),
  type: z.string(),
  /** The canonical access path, for example `mailboxes.<id>.messages.created`. */
  subject: z.string(),
  time: instant,
  datacontenttype: z.literal('application/json'),
  tenantid: tenantId,
  /** The mailbox's feed number; only on events of a mailbox. */
  sequence: z.number().int().optional(),
  streamversion: z.number().int(),
  correlationid: z.string(),
  causationid: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type CloudEvent = z.output<typeof cloudEvent>;

/** Headers on every bus message beside the CloudEvents body. */
export const eventHeaders = {
  contentType: 'content-type',
  /** Position in the publishing service's log. */
  position: 'Aftertone-Position',
  /** Place among all bus messages of that position, from 0. */
  part: 'Aftertone-Part',
  /** Audience paths of the event, comma-separated; on the canonical message only. */
  audience: 'Aftertone-Audience',
} as const;

export const cloudEventsContentType = 'application/cloudevents+json';

/** Id of the n-th contract event that one stored event publishes. */
export const contractEventId = (eventId: string, n: number): string => (n === 0 ? eventId : `${eventId}.${n}`);
