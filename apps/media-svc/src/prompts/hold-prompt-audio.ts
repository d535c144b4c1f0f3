import { type EventStore, type Reaction, type RecordedEvent, startReaction } from '@aftertone/event-store';
import { type Clock, DomainError, type DomainEvent } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import { causedBy } from '../ground/ground.ts';
import { mediaAggregate } from '../media/media.aggregate.ts';
import type { MediaCommand } from '../media/media.decider.ts';
import { mediaMissing } from '../metrics.ts';
import { promptAggregate } from './prompt.aggregate.ts';
import type { PromptEvent } from './prompt.ts';

export interface HoldingParts {
  store: EventStore;
  clock: Clock;
  log: Log;
}

const types = Object.keys(promptAggregate.codecs);

/**
 * Holds the recordings that prompts are spoken by and lets go of the others, one event after the other of each prompt. All
 * of it may happen again. Between a replacement and this its row alone keeps the recording (`deleteUnused`).
 */
export const holdPromptAudio = async (parts: HoldingParts, events: readonly RecordedEvent[]): Promise<void> => {
  const byPrompt = Map.groupBy(events, ({ tenantId, streamId }) => `${tenantId}/${streamId}`);
  await Promise.all(
    [...byPrompt.values()].map(async (ofPrompt) => {
      for (const event of ofPrompt) await follow(parts, event);
    }),
  );
};

const follow = async (parts: HoldingParts, event: RecordedEvent): Promise<void> => {
  const { type, data }: DomainEvent = event;
  // The reaction is given no others.
  const change = { type, data } as PromptEvent;
  const meta = { now: parts.clock().toISOString() };
  // To a recording it is all the same by what it is played: no message has an id that looks like this.
  const holder = { messageId: event.streamId };
  const release = (mediaId: string, releasedAt: string) =>
    command(parts, event, mediaId, { type: 'ReleaseMedia', data: { ...holder, releasedAt }, meta });
  switch (change.type) {
    case 'PromptReplaced': {
      const { mediaId, replacedMediaId, replacedAt } = change.data;
      await command(parts, event, mediaId, { type: 'ReferenceMedia', data: holder, meta });
      if (replacedMediaId !== null) await release(replacedMediaId, replacedAt);
      return;
    }
    case 'PromptReset':
      await release(change.data.mediaId, change.data.resetAt);
  }
};

const command = async (
  { store, log }: HoldingParts,
  { tenantId, streamId, id: eventId, meta: { correlationId } }: RecordedEvent,
  mediaId: string,
  what: MediaCommand,
): Promise<void> => {
  try {
    await store.handle(mediaAggregate, {
      tenantId,
      id: mediaId,
      command: what,
      meta: causedBy(correlationId, eventId),
    });
  } catch (error) {
    if (!(error instanceof DomainError && error.kind === 'not-found')) throw error;
    // Trying again cannot bring it back, and other prompts must not wait.
    mediaMissing.inc();
    log.error({ tenantId, prompt: streamId, mediaId, correlationId }, 'a prompt is spoken by what is not stored');
  }
};

/** Goes on for as long as the process lives. */
export const startHoldingPromptAudio = (parts: HoldingParts): Reaction =>
  startReaction({
    store: parts.store,
    name: 'prompt-audio',
    types,
    handle: (events) => holdPromptAudio(parts, events),
  });
