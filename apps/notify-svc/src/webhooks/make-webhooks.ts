import { type EventStore, type Publisher, type RecordedEvent, startReaction } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { DeliveryFacts } from '../deliveries/delivery.ts';
import { Planner } from '../deliveries/planner.ts';
import type { Ground } from '../ground/ground.ts';
import type { HttpOut } from '../http-out/http-out.ts';
import { KnownCounts } from '../known/known-counts.ts';
import { KnownMailboxes } from '../known/known-mailboxes.ts';
import type { SendOver } from '../sending/channel.ts';
import { AfterChanges } from './after-changes.ts';
import { Followers } from './followers.ts';
import { startPuttingAside } from './holding.ts';
import { Outcomes } from './outcomes.ts';
import { OwnEvents } from './own-events.ts';
import { sendWebhook } from './send-webhook.ts';
import { Targets } from './targets.ts';

export interface WebhookSendingParts {
  store: EventStore;
  clock: Clock;
  logger: Logger;
  http: HttpOut;
  publicUrl: string;
  pauseAfterMs: number;
}

/** What posts to webhooks; `close` keeps what was seen of them last. */
export const makeWebhookSender = (parts: WebhookSendingParts): { send: SendOver; close(): Promise<void> } => {
  const { store, clock, http, publicUrl } = parts;
  const outcomes = new Outcomes(parts);
  const send = sendWebhook({
    ...{ http, publicUrl, clock },
    targets: new Targets(store, clock),
    outcomes,
    mailboxes: new KnownMailboxes(store.pool),
    counts: new KnownCounts(store.pool),
  });
  return { send, close: () => outcomes.close() };
};

export interface WebhookUpkeepParts {
  ground: Ground;
  publisher: Publisher;
  logger: Logger;
  /** Something may have become due. */
  onDue(): void;
}

/** Somebody waits for what comes of it. */
const isTest = ({ type, data }: RecordedEvent): boolean =>
  type === 'NotificationPlanned' && (data as { facts: DeliveryFacts }).facts.purpose === 'test';

/** What works on webhooks beside the sending: it follows the own log, and puts aside what waits for paused ones. */
export const startWebhooks = ({ ground, publisher, logger, onDue }: WebhookUpkeepParts) => {
  const { store, clock } = ground;
  const ownEvents = new OwnEvents({
    ...{ store, publisher },
    followers: new Followers(store.pool, store.logger),
    planner: new Planner(store, clock),
  });
  const afterChanges = new AfterChanges({ store, clock, onDue, mailboxes: new KnownMailboxes(store.pool) });
  const reaction = startReaction({
    ...{ store, name: 'webhooks', from: 'now' },
    handle: async (events) => {
      await afterChanges.react(events);
      if ((await ownEvents.react(events)) > 0 || events.some(isTest)) onDue();
    },
  });
  const puttingAside = startPuttingAside({ pool: store.pool, clock, log: logger });
  return {
    stop: async (): Promise<void> => {
      puttingAside.stop();
      await reaction.stop();
    },
  };
};
