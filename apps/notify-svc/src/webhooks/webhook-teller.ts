import type { CloudEvent } from '@aftertone/contracts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Planner } from '../deliveries/planner.ts';
import type { AnnouncedEvents, AskedEvent } from '../mailbox-events/announced-events.ts';
import { settled } from '../mailbox-events/settled.ts';

export interface ToldWebhooks {
  event: CloudEvent;
  planned: readonly PlannedContent[];
}

const askedOf = ({ event, planned }: ToldWebhooks): AskedEvent => ({
  tenantId: event.tenantid,
  eventId: event.id,
  messageId: planned[0]?.facts.messageId ?? null,
});

/** Tells webhooks of what happens to mailboxes and messages beside new messages. */
export class WebhookTeller {
  private readonly planner: Planner;
  private readonly announced: AnnouncedEvents;

  constructor(planner: Planner, announced: AnnouncedEvents) {
    this.planner = planner;
    this.announced = announced;
  }

  /** All are tried before a failure is thrown. */
  async tellAll(told: readonly ToldWebhooks[]): Promise<void> {
    const withAny = told.filter(({ planned }) => planned.length > 0);
    // An event that comes late may be about a message that is purged: nothing of it is kept then.
    const isAboutMessage = withAny.map(askedOf).filter(({ messageId }) => messageId !== null);
    const done = await this.announced.doneOf(isAboutMessage);
    const isDone = (one: ToldWebhooks): boolean => {
      const asked = askedOf(one);
      return asked.messageId !== null && (done.planned(asked) || done.purged(asked));
    };
    const open = withAny.filter((one) => !isDone(one));
    await settled(open.map(({ event, planned }) => this.planner.plan(event, planned)));
  }
}
