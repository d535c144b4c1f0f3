import type { EventStore, RecordedEvent } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { DeliveryFacts } from '../deliveries/delivery.ts';
import { Planner } from '../deliveries/planner.ts';
import { KnownMailboxes } from '../known/known-mailboxes.ts';
import { KnownUsers } from '../known/known-users.ts';
import { planExternalFailed } from '../planning/external-failed.ts';

export interface ExternalFailuresParts {
  store: EventStore;
  clock: Clock;
}

const streamPrefix = `${deliveryAggregate.type}-`;

/** Tells the owners of a mailbox of messages that could not be sent to where they are kept. */
export class ExternalFailures {
  private readonly store: EventStore;
  private readonly planner: Planner;
  private readonly mailboxes: KnownMailboxes;
  private readonly users: KnownUsers;

  constructor({ store, clock }: ExternalFailuresParts) {
    this.store = store;
    this.planner = new Planner(store, clock);
    this.mailboxes = new KnownMailboxes(store.pool);
    this.users = new KnownUsers(store.pool);
  }

  /** Follows the service's own log. Events may come again. False: nobody was to be told. */
  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    let planned = false;
    for (const event of events) {
      if (!event.streamId.startsWith(streamPrefix) || event.type !== 'NotificationFailed') continue;
      const { facts } = event.data as { facts: DeliveryFacts };
      if (facts.channel === 'external') planned = (await this.tell(event, facts)) || planned;
    }
    return planned;
  }

  private async tell({ id, tenantId, streamId }: RecordedEvent, facts: DeliveryFacts): Promise<boolean> {
    const { mailboxId, messageId, recipient: address, correlationId } = facts;
    const deliveryId = streamId.slice(streamPrefix.length);
    const { state } = await this.store.load(deliveryAggregate, tenantId, deliveryId);
    if (mailboxId === null || state.status === 'absent' || state.erased || state.notice.kind !== 'message')
      return false;
    const mailbox = await this.mailboxes.find({ tenantId, mailboxId });
    if (mailbox === null) return false;
    const owners = await this.users.byId(tenantId, mailbox.ownerUserIds);
    const { notice, attempts } = state;
    const detail = attempts.at(-1)?.detail ?? '';
    const about = { deliveryId, correlationId, messageId, mailboxId, mailbox, notice, address, detail, owners };
    await this.planner.plan({ tenantid: tenantId, id, correlationid: correlationId }, planExternalFailed(about));
    return true;
  }
}
