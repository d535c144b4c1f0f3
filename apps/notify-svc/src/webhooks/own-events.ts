import { type CloudEvent, eventsByType } from '@aftertone/contracts';
import type { EventStore, Publisher, RecordedEvent } from '@aftertone/event-store';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { DeliveryFacts } from '../deliveries/delivery.ts';
import type { Planner } from '../deliveries/planner.ts';
import type { Follower, Followers } from './followers.ts';
import { planWebhooks } from './plan-webhooks.ts';

export interface OwnEventsParts {
  store: EventStore;
  publisher: Pick<Publisher, 'envelopes'>;
  followers: Followers;
  planner: Planner;
}

interface Told {
  event: CloudEvent;
  /** A webhook that is not told of its own failure. */
  except: string | null;
}

const failedDelivery = ({ type, data }: RecordedEvent): DeliveryFacts | null =>
  type === 'NotificationFailed' || type === 'NotificationBounced' ? (data as { facts: DeliveryFacts }).facts : null;

const isOurs = (type: string): boolean => eventsByType.get(type)?.service === 'notify';

/** Tells webhooks of what notify-svc itself has to tell. Events may come again. */
export class OwnEvents {
  private readonly parts: OwnEventsParts;

  constructor(parts: OwnEventsParts) {
    this.parts = parts;
  }

  /** Answers how many deliveries were planned. */
  async react(recorded: readonly RecordedEvent[]): Promise<number> {
    const { followers, planner } = this.parts;
    const told = (await Promise.all(recorded.map((one) => this.toldOf(one)))).flat();
    const followed = await followers.of(told.map(({ event }) => event));
    let count = 0;
    for (const { event, except } of told) {
      const others = (followed.get(event.id) ?? []).filter(({ id }: Follower) => id !== except);
      const planned = planWebhooks(event, others, 'event');
      await planner.plan(event, planned);
      count += planned.length;
    }
    return count;
  }

  private async toldOf(recorded: RecordedEvent): Promise<Told[]> {
    const facts = failedDelivery(recorded);
    if (facts !== null && !(await this.isWorthTelling(recorded, facts))) return [];
    const except = facts?.channel === 'webhook' ? facts.recipient : null;
    return this.parts.publisher.envelopes(recorded).map(({ event }) => ({ event, except }));
  }

  /** Of failed tests, and of what failed to tell of another failure, nobody hears here: that could go on for ever. */
  private async isWorthTelling({ tenantId, streamId }: RecordedEvent, facts: DeliveryFacts): Promise<boolean> {
    if (facts.purpose === 'test') return false;
    if (facts.channel !== 'webhook' || facts.purpose !== 'event') return true;
    const id = streamId.slice(deliveryAggregate.type.length + 1);
    const { state } = await this.parts.store.load(deliveryAggregate, tenantId, id);
    return state.status === 'absent' || state.notice.kind !== 'event' || !isOurs(state.notice.type);
  }
}
