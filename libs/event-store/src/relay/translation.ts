import type { Session } from '../elected/session.ts';
import type { StoreLogger } from '../store/logger.ts';
import type { OutgoingMessage, RecordedEvent } from '../types.ts';

export type Translate = (event: RecordedEvent) => readonly OutgoingMessage[];

/** Told of an event that cannot be translated. */
export type Failed = (event: RecordedEvent, error: unknown) => Promise<void>;

/**
 * Translates events. One that cannot be translated is a bug in the translation of that event, and it would fail for
 * ever: stopping would hide the events of every tenant behind it. It is passed over, kept in `relay_failure` and logged
 * as an error, so that somebody acts on it.
 */
export async function translateAll(
  events: readonly RecordedEvent[],
  translate: Translate,
  failed: Failed,
): Promise<OutgoingMessage[]> {
  const messages: OutgoingMessage[] = [];
  for (const event of events) {
    try {
      messages.push(...translate(event));
    } catch (error) {
      await failed(event, error);
    }
  }
  return messages;
}

/** Keeps a failure for people; the same event failing again changes nothing. */
export async function recordFailure(
  session: Session,
  name: string,
  logger: StoreLogger,
  event: RecordedEvent,
  error: unknown,
): Promise<void> {
  const { position, tenantId, id, type } = event;
  logger.error({ name, position, tenantId, eventId: id, eventType: type, err: error }, 'event could not be published');
  await session.query(
    `INSERT INTO relay_failure (name, position, tenant_id, event_id, error, at) VALUES ($1, $2, $3, $4, $5, now())
     ON CONFLICT (name, position) DO UPDATE SET error = excluded.error, at = excluded.at`,
    [name, position, tenantId, id, error instanceof Error ? (error.stack ?? error.message) : String(error)],
  );
}
