import type { EventMeta, EventStore } from '@aftertone/event-store';
import { type Clock, DomainError } from '@aftertone/kernel';
import { KnownMailboxes } from '../../known/known-mailboxes.ts';
import { deliveryAggregate } from '../delivery.aggregate.ts';
import { Redirection } from './redirection.ts';
import { WebhookRecipients } from './webhook-recipients.ts';

interface Which {
  tenantId: string;
  /** Of the delivery that has failed. */
  id: string;
}

/** Sends what has failed again: to the same recipient, but a message that is kept elsewhere to where that is now. */
export class Again {
  private readonly store: EventStore;
  private readonly clock: Clock;
  private readonly mailboxes: KnownMailboxes;
  private readonly redirection: Redirection;

  constructor(store: EventStore, clock: Clock) {
    this.store = store;
    this.clock = clock;
    this.mailboxes = new KnownMailboxes(store.pool);
    this.redirection = new Redirection(store, clock);
  }

  /** Id of the delivery that is sent; null: it is on its way already. Throws what replays are refused with. */
  async send(which: Which, meta: EventMeta): Promise<string | null> {
    const recipient = await this.newAddress(which);
    return (recipient === null ? null : await this.redirect({ ...which, recipient }, meta)) ?? this.replay(which, meta);
  }

  /** Null: as it was. */
  private async newAddress({ tenantId, id }: Which): Promise<string | null> {
    const { state } = await this.store.load(deliveryAggregate, tenantId, id);
    if (state.status !== 'failed' || state.replacedBy !== null) return null;
    const { channel, mailboxId, recipient } = state.facts;
    if (channel !== 'external' || mailboxId === null) return null;
    const mailbox = await this.mailboxes.find({ tenantId, mailboxId });
    if (mailbox?.storage.type !== 'external') return null;
    const { email } = mailbox.storage;
    return email.toLowerCase() === recipient.toLowerCase() ? null : email;
  }

  /** Null: the address has a delivery of its own for the message, so that the present one is as good. */
  private async redirect(to: Which & { recipient: string }, meta: EventMeta): Promise<string | null> {
    try {
      return await this.redirection.redirect(to, meta);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'recipient-already-told') return null;
      throw error;
    }
  }

  private async replay({ tenantId, id }: Which, meta: EventMeta): Promise<string | null> {
    const { state } = await this.store.load(deliveryAggregate, tenantId, id);
    if (state.status === 'failed' && !state.erased) {
      await new WebhookRecipients(this.store.pool).requireThere({ tenantId, facts: state.facts });
    }
    const command = { type: 'ReplayDelivery', data: {}, meta: { now: this.clock().toISOString() } } as const;
    const { events } = await this.store.handle(deliveryAggregate, { tenantId, id, command, meta });
    return events.length > 0 ? id : null;
  }
}
