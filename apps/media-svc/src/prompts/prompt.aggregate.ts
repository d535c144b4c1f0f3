import type { Aggregate } from '@aftertone/event-store';
import { type PromptCommand, promptDecider } from './prompt.decider.ts';
import type { PromptEvent, PromptState } from './prompt.ts';
import { promptAggregateType } from './prompt-id.ts';
import { promptRows } from './tenant-prompts/prompt.projection.ts';

/** Streams `prompt-<language>-<key>` of a tenant. */
export const promptAggregate: Aggregate<PromptState, PromptCommand, PromptEvent> = {
  type: promptAggregateType,
  decider: promptDecider,
  codecs: { PromptReplaced: { schemaVersion: 1 }, PromptReset: { schemaVersion: 1 } },
  effects: (_before, after, events, context) => (events.length === 0 ? {} : { rows: promptRows(after, context) }),
};
