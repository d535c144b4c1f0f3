import { contractEvents, type EventData } from '@aftertone/contracts';
import { type EventPlace, fact, type Publication, publishInFeed } from '../publishing/publication.ts';
import type { GreetingEvent } from './greetings.ts';

export const greetingsRole = 'mailbox';

type Reason = EventData<'greeting_updated'>['reason'];

const reasons: Readonly<Record<GreetingEvent['type'], Reason>> = {
  GreetingRecorded: 'recorded',
  GreetingRestored: 'restored',
  GreetingRemoved: 'removed',
  GreetingScheduled: 'scheduled',
  GreetingRecordingForgotten: 'forgotten',
  GreetingsPurged: 'purged',
};

/** The contract events of one event: one for each greeting that it changes. */
export const publishGreetings = (event: GreetingEvent, { id: mailboxId, stamps }: EventPlace): Publication[] => {
  const changes = event.type === 'GreetingsPurged' ? event.data.greetings : [event.data];
  return publishInFeed({ role: greetingsRole, mailboxId, stamps }, () =>
    changes.map(({ greeting, forgotten }) =>
      fact(contractEvents.greetingUpdated, {
        ...{ mailboxId, kind: greeting.kind, reason: reasons[event.type] },
        ...{ greeting, forgottenRecordingIds: forgotten },
      }),
    ),
  );
};
