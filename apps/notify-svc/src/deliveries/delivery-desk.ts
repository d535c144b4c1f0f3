import type { CallContext, Delivery, DeliveryReplay, deliveryCommands, deliveryQueries } from '@aftertone/contracts';
import type { Page } from '@aftertone/event-store';
import type { z } from 'zod';
import { metaOfCall, requireAdministrator } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import { DeliveriesQuery } from './list/deliveries.query.ts';
import { Again } from './replay/again.ts';
import { readReplay, requestReplay } from './replay/delivery-replay.ts';
import { Redirection } from './replay/redirection.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

/** Shows deliveries to the administrators of their tenant, and sends again what has failed. */
export class DeliveryDesk {
  private readonly ground: Ground;
  private readonly query: DeliveriesQuery;

  constructor(ground: Ground) {
    this.ground = ground;
    this.query = new DeliveriesQuery(ground);
  }

  /** Throws `administrator-required`. */
  async find(input: Input<typeof deliveryQueries.findDeliveries>, call: CallContext): Promise<Page<Delivery>> {
    requireAdministrator(call);
    return this.query.page(call.tenantId, input);
  }

  /** Throws `administrator-required`, `delivery-not-found`. */
  async get(id: string, call: CallContext): Promise<Delivery> {
    requireAdministrator(call);
    return this.query.find(call.tenantId, id);
  }

  /** The delivery that is sent now. Throws `administrator-required` and what the command is refused with. */
  async replay({ id, recipient }: Input<typeof deliveryCommands.replayDelivery>, call: CallContext): Promise<Delivery> {
    requireAdministrator(call);
    const { store, clock } = this.ground;
    const { tenantId } = call;
    const meta = metaOfCall(call);
    if (recipient !== undefined) {
      const next = await new Redirection(store, clock).redirect({ tenantId, id, recipient }, meta);
      return this.query.find(tenantId, next);
    }
    const sent = await new Again(store, clock).send({ tenantId, id }, meta);
    return this.query.find(tenantId, sent ?? id);
  }

  /** Throws `administrator-required`. */
  async replayAll(filter: Input<typeof deliveryCommands.replayDeliveries>, call: CallContext): Promise<DeliveryReplay> {
    requireAdministrator(call);
    const { tenantId, correlationId } = call;
    const { actor: requestedBy } = metaOfCall(call);
    const { store, clock } = this.ground;
    return requestReplay(store.pool, { tenantId, filter, requestedBy, correlationId, now: clock() });
  }

  /** Throws `administrator-required`, `delivery-replay-not-found`. */
  async getReplay(id: string, call: CallContext): Promise<DeliveryReplay> {
    requireAdministrator(call);
    return readReplay(this.ground.store.pool, call.tenantId, id);
  }
}
