import type { CloudEvent } from '@aftertone/contracts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Planner } from '../deliveries/planner.ts';
import type { AnnouncedEvents } from '../mailbox-events/announced-events.ts';

/** Tells webhooks of what happens to mailboxes and messages beside new messages. */
export class WebhookTeller {
  private readonly planner: Planner;
  private readonly announced: AnnouncedEvents;

  constructor(planner: Planner, announced: AnnouncedEvents) {
    this.planner = planner;
    this.announced = announced;
  }

  async tell(event: CloudEvent, planned: readonly PlannedContent[]): Promise<void> {
    // An event that comes late may be about a message that is purged: nothing of it is kept then.
    const messageId = planned[0]?.facts.messageId ?? null;
    if (messageId !== null && (await this.announced.has(event.tenantid, event.id, messageId))) return;
    await this.planner.plan(event, planned);
  }
}
