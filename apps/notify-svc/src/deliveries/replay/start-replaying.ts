import { type EventStore, startReaction } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { Redirection } from './redirection.ts';
import { ReplayWork } from './replay-work.ts';

export interface ReplayingOptions {
  store: EventStore;
  clock: Clock;
  /** Something has become due. */
  onReplayed(): void;
}

/** Does in the background what follows from replays: many at once, and what goes to another address. */
export const startReplaying = ({ store, clock, onReplayed }: ReplayingOptions): { stop(): Promise<unknown> } => {
  const redirection = new Redirection(store, clock);
  const redirecting = startReaction({
    store,
    name: 'redirection',
    from: 'now',
    types: ['NotificationRedirected'],
    handle: async (events) => {
      if (await redirection.react(events)) onReplayed();
    },
  });
  const replaying = new ReplayWork({ store, clock, onReplayed }).start();
  return { stop: () => Promise.all([redirecting.stop(), replaying.stop()]) };
};
