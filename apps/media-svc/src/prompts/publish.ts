import { contractEvents, mediaPath } from '@aftertone/contracts';
import type { Publication, RecordedEvent } from '@aftertone/event-store';
import type { DomainEvent } from '@aftertone/kernel';
import { promptAggregate } from './prompt.aggregate.ts';
import type { PromptEvent } from './prompt.ts';

const isPromptEvent = (event: DomainEvent): event is PromptEvent => Object.hasOwn(promptAggregate.codecs, event.type);

const publicationsOf = (event: PromptEvent): Publication[] => {
  switch (event.type) {
    case 'PromptReplaced': {
      const { replacedMediaId: _, replacedAt: __, ...data } = event.data;
      return [{ type: contractEvents.promptUpdated.type, path: mediaPath(data.mediaId, 'prompt_updated'), data }];
    }
    case 'PromptReset': {
      const { resetAt: _, ...data } = event.data;
      return [{ type: contractEvents.promptReset.type, path: mediaPath(data.mediaId, 'prompt_reset'), data }];
    }
  }
};

/** The contract events of any stored event: of a prompt's only. */
export const publishPrompt = ({ type, data }: RecordedEvent): Publication[] => {
  const event: DomainEvent = { type, data };
  return isPromptEvent(event) ? publicationsOf(event) : [];
};
