import { startReaction } from '@aftertone/event-store';
import { ExternalFailures, type ExternalFailuresParts } from './external-failures.ts';

export interface TellingOptions extends ExternalFailuresParts {
  /** Something has become due. */
  onPlanned(): void;
}

/** Tells in the background of messages that could not be sent to where they are kept. */
export const startTellingOfFailures = ({ onPlanned, ...parts }: TellingOptions) => {
  const failures = new ExternalFailures(parts);
  return startReaction({
    store: parts.store,
    name: 'external-failures',
    from: 'now',
    types: ['NotificationFailed'],
    handle: async (events) => {
      if (await failures.react(events)) onPlanned();
    },
  });
};
