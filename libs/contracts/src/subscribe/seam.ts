import { comparePlaces, cursorPlaces, partOf } from '../cursor.ts';
import type { CloudEvent } from '../envelope.ts';
import type { LogPlace } from '../read-event.ts';

/** Whether an event from the bus lies before the end of a replay, which brings it too. */
export type IsReplayed = (event: CloudEvent, log: LogPlace | null) => boolean;

/**
 * Compares with the cursor that a replay ends at: by place in the log of the service that the event's source names. The
 * event at the very place is judged by its id, so that it cannot be lost.
 */
export const replayedUntil = (until: string): IsReplayed => {
  const places: Record<string, { position: number; part: number } | undefined> = cursorPlaces(until) ?? {};
  return (event, log) => {
    const end = places[event.source.split('/').at(-1) ?? ''];
    if (end === undefined || log === null) return false;
    // The header's part counts bus messages, copies included; the cursor's counts events.
    return comparePlaces({ position: log.position, part: partOf(event.id) }, end) < 0;
  };
};
