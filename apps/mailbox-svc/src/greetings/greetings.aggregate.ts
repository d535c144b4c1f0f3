import type { Aggregate, Effects } from '@aftertone/event-store';
import { blankStamps } from '../publishing/publication.ts';
import { greetingRows } from './greeting.projection.ts';
import { type GreetingCommand, greetingsDecider } from './greetings.decider.ts';
import type { GreetingEvent, Greetings } from './greetings.ts';
import { greetingsRole, publishGreetings } from './publish.ts';

const plain = { schemaVersion: 1 };

/** What a mailbox says to callers: one stream beside the mailbox's, under the same id and in the same feed. */
export const greetingsAggregate: Aggregate<Greetings, GreetingCommand, GreetingEvent> = {
  type: 'greetings',
  decider: greetingsDecider,
  codecs: {
    GreetingRecorded: plain,
    GreetingRestored: plain,
    GreetingRemoved: plain,
    GreetingScheduled: plain,
    GreetingRecordingForgotten: plain,
    GreetingsPurged: plain,
  },
  feeds: (_before, _after, event, context) => {
    const take = publishGreetings(event, { ...context, stamps: blankStamps([greetingsRole]) }).length;
    // A closed mailbox says nothing new, but what it said is still being purged.
    return [{ role: greetingsRole, feedId: context.id, take, requireOpen: event.type !== 'GreetingsPurged' }];
  },
  effects: (before, after, _events, context): Effects => ({ rows: greetingRows(before, after, context) }),
};
