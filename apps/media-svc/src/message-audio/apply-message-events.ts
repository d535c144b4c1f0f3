import type { CloudEvent } from '@aftertone/contracts';
import type { EventStore } from '@aftertone/event-store';
import { type Clock, DomainError, invalid } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import { ZodError } from 'zod';
import { causedBy } from '../ground/ground.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import type { MediaCommand } from '../media/media.decider.ts';
import { mediaMissing } from '../metrics.ts';
import type { MessageAudioTable, RememberedAudio } from './message-audio.table.ts';
import { followMessage, type MessageChange } from './message-audio.ts';
import { readChanges } from './read-change.ts';

export interface ApplyingParts {
  store: EventStore;
  table: MessageAudioTable;
  clock: Clock;
  log: Log;
}

/**
 * Holds the recordings that messages and greetings play and lets go of the others. Each step may be repeated: what the table
 * remembers of a message is written last, so a kill in between leads to the same commands again, which then change
 * nothing.
 *
 * @throws DomainError `event-not-readable` (invalid) when an event is not what its type promises
 */
export const applyMessageEvents = async (parts: ApplyingParts, events: readonly CloudEvent[]): Promise<void> => {
  const byMessage = Map.groupBy(events.flatMap(read), ({ tenantId, messageId }) => `${tenantId}/${messageId}`);
  if (byMessage.size === 0) return;
  const known = await parts.table.load([...byMessage.values()].flatMap(([change]) => change ?? []));
  const knownOf = new Map(known.map((entry) => [`${entry.tenantId}/${entry.messageId}`, entry]));
  // Messages do not wait for each other: their appends go into one commit.
  const followed = await Promise.all([...byMessage].map(([key, changes]) => follow(parts, knownOf.get(key), changes)));
  const changed = followed.flatMap((entry) => entry ?? []);
  if (changed.length > 0) await parts.table.save(changed);
};

const read = (event: CloudEvent): MessageChange[] => {
  try {
    return readChanges(event);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    throw invalid('event-not-readable', `A ${event.type} is not what it should be.`, { eventId: event.id }, error);
  }
};

const follow = async (
  parts: ApplyingParts,
  known: RememberedAudio | undefined,
  changes: readonly MessageChange[],
): Promise<RememberedAudio | null> => {
  let entry = known;
  for (const change of changes) {
    const step = followMessage(entry, change);
    if (step === null) continue;
    const { tenantId, messageId, at } = change;
    const meta = { now: parts.clock().toISOString() };
    // The new one first: a copy may have brought both messages to the same recording.
    if (step.reference !== null) {
      await command(parts, change, step.reference, { type: 'ReferenceMedia', data: { messageId }, meta });
    }
    if (step.release !== null) {
      const data = { messageId, releasedAt: at };
      await command(parts, change, step.release, { type: 'ReleaseMedia', data, meta });
    }
    entry = { tenantId, messageId, ...step.next };
  }
  return entry === known ? null : (entry ?? null);
};

const command = async (
  { store, log }: ApplyingParts,
  change: MessageChange,
  mediaId: string,
  what: MediaCommand,
): Promise<void> => {
  const { tenantId, messageId, eventId, correlationId } = change;
  const meta = causedBy(correlationId, eventId);
  try {
    await store.handle(mediaAggregate, { tenantId, id: mediaId, command: what, meta });
  } catch (error) {
    if (!(error instanceof DomainError && error.kind === 'not-found')) throw error;
    // Trying again cannot bring it back, and the events behind it must not wait.
    mediaMissing.inc();
    log.error(
      { tenantId, messageId, mediaId, correlationId },
      'a message or greeting plays a recording that is not stored',
    );
  }
};
