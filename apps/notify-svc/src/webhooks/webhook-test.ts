import { setTimeout as delay } from 'node:timers/promises';
import { type CallContext, type Delivery, webhookTestType } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { metaOfCall } from '../calls/on-behalf.ts';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import { deliveryId } from '../deliveries/delivery-id.ts';
import { DeliveriesQuery } from '../deliveries/list/deliveries.query.ts';
import type { Ground } from '../ground/ground.ts';
import type { Named, WebhookDesk } from './webhook-desk.ts';

/** Longer than one attempt and the wait for its turn. */
const patienceMs = 15_000;
const lookMs = 100;

const isOver = ({ attempts, state }: Delivery): boolean =>
  attempts.some(({ endedAt }) => endedAt !== null) || (state !== 'pending' && state !== 'sending');

/** Sends an event of no meaning to a webhook, in the way of all others. */
export class WebhookTest {
  private readonly ground: Ground;
  private readonly desk: WebhookDesk;

  constructor(ground: Ground, desk: WebhookDesk) {
    this.ground = ground;
    this.desk = desk;
  }

  /** The delivery with its attempt, or as it is after some seconds. Throws `webhook-not-found`. */
  async send(named: Named, call: CallContext): Promise<Delivery> {
    const { id: recipient, mailboxId, name } = await this.desk.require(named, call);
    const { store, clock } = this.ground;
    const { tenantId, correlationId } = call;
    const [now, eventId] = [clock().toISOString(), newId()];
    const data: PlannedContent = {
      facts: {
        ...{ eventId, messageId: null, mailboxId, channel: 'webhook', purpose: 'test', recipient },
        ...{ userId: null, correlationId },
      },
      notice: { kind: 'event', type: webhookTestType, time: now },
      payload: { tenantId, eventId, mailboxId, webhookId: recipient, name },
    };
    const id = deliveryId({ tenantId, ...data.facts });
    await store.handle(deliveryAggregate, {
      ...{ tenantId, id, meta: metaOfCall(call), isNew: true },
      command: { type: 'PlanNotification', data, meta: { now } },
    });
    return this.outcome(tenantId, id);
  }

  private async outcome(tenantId: string, id: string): Promise<Delivery> {
    const deliveries = new DeliveriesQuery(this.ground);
    for (const until = performance.now() + patienceMs; ; ) {
      const delivery = await deliveries.find(tenantId, id);
      if (isOver(delivery) || performance.now() > until) return delivery;
      await delay(lookMs);
    }
  }
}
