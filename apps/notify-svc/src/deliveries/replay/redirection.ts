import { type Channel, emailAddress, phoneNumber } from '@aftertone/contracts';
import type { EventMeta, EventStore, RecordedEvent } from '@aftertone/event-store';
import { type Clock, invalid, rejected } from '@aftertone/kernel';
import type { z } from 'zod';
import { deliveryAggregate } from '../delivery.aggregate.ts';
import { deliveryId } from '../delivery-id.ts';
import { WebhookRecipients } from './webhook-recipients.ts';

interface Which {
  tenantId: string;
  /** Of the delivery that has failed. */
  id: string;
}

const recipients: Readonly<Partial<Record<Channel, z.ZodType>>> = {
  email: emailAddress,
  text: emailAddress,
  external: emailAddress,
  sms: phoneNumber,
  fax: phoneNumber,
};

const checkRecipient = (channel: Channel, recipient: string): void => {
  const schema = recipients[channel];
  if (schema === undefined) {
    throw rejected('recipient-fixed', `The recipient of a ${channel} is no address: leave it out to try it again.`);
  }
  const checked = schema.safeParse(recipient);
  if (checked.success) return;
  const errors = checked.error.issues.map(({ message }) => ({ path: 'recipient', message }));
  throw invalid('recipient-invalid', `Over ${channel} nothing can be sent to this recipient.`, { errors });
};

const streamPrefix = `${deliveryAggregate.type}-`;

/** Sends what has failed to another address: the delivery that failed stays as it is and names the one that follows it. */
export class Redirection {
  private readonly store: EventStore;
  private readonly clock: Clock;

  constructor(store: EventStore, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Id of the new delivery. Asked for twice, it happens once.
   *
   * Throws what replays are refused with, `recipient-fixed`, `recipient-invalid`, `recipient-no-follower`,
   * `recipient-already-told`.
   */
  async redirect({ tenantId, id, recipient }: Which & { recipient: string }, meta: EventMeta): Promise<string> {
    const { state } = await this.store.load(deliveryAggregate, tenantId, id);
    const data = { deliveryId: '', recipient };
    if (state.status !== 'absent') {
      const { facts, replacedBy } = state;
      if (facts.channel !== 'webhook') checkRecipient(facts.channel, recipient);
      else await new WebhookRecipients(this.store.pool).requireFollower({ tenantId, facts }, recipient);
      data.deliveryId = deliveryId({ tenantId, ...facts, recipient });
      if (replacedBy !== data.deliveryId) await this.requireNew(tenantId, data.deliveryId);
    }
    const now = this.clock().toISOString();
    const command = { type: 'RedirectDelivery', data, meta: { now } } as const;
    await this.store.handle(deliveryAggregate, { tenantId, id, command, meta });
    await this.follow({ tenantId, id, recipient }, meta);
    return data.deliveryId;
  }

  /** Plans what is on record to be sent elsewhere, also when the process that recorded it has ended since. False: nothing was. */
  async react(events: readonly RecordedEvent[]): Promise<boolean> {
    let planned = false;
    for (const { streamId, type, data, tenantId, meta } of events) {
      if (!streamId.startsWith(streamPrefix) || type !== 'NotificationRedirected') continue;
      const { recipient } = data as { recipient: string };
      await this.follow({ tenantId, id: streamId.slice(streamPrefix.length), recipient }, meta);
      planned = true;
    }
    return planned;
  }

  private async follow({ tenantId, id, recipient }: Which & { recipient: string }, meta: EventMeta): Promise<void> {
    const { state } = await this.store.load(deliveryAggregate, tenantId, id);
    if (state.status === 'absent' || state.erased) return;
    const { caller, payload } = state;
    // No mailbox need name it: a link would ask for that.
    const notice = state.notice.kind === 'message' ? { ...state.notice, link: false } : state.notice;
    const facts = { ...state.facts, recipient, userId: null, named: 'replay' } as const;
    const now = this.clock().toISOString();
    const content = { facts, notice, ...(caller && { caller }), ...(payload && { payload }) };
    const command = { type: 'PlanNotification', data: content, meta: { now } } as const;
    const next = deliveryId({ tenantId, ...facts });
    await this.store.handle(deliveryAggregate, { tenantId, id: next, command, meta, isNew: true });
  }

  /** An address is told of an event once, whoever asks for it. */
  private async requireNew(tenantId: string, id: string): Promise<void> {
    const { state } = await this.store.load(deliveryAggregate, tenantId, id);
    if (state.status === 'absent') return;
    const told = 'This recipient has a delivery of its own for the same event: replay that one if it has failed.';
    throw rejected('recipient-already-told', told, { deliveryId: id });
  }
}
