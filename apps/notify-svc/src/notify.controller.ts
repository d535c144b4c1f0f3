import { type CallContext, notifyQueries } from '@aftertone/contracts';
import { Publisher, replay } from '@aftertone/event-store';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { DeliveriesOfMessage } from './deliveries/list/delivery.query.ts';
import { OpeningGround } from './ground/opening-ground.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

/** What others ask notify-svc. */
@Controller()
export class NotifyController {
  private readonly deliveries: DeliveriesOfMessage;
  private readonly ground: OpeningGround;
  private readonly publisher: Publisher;

  constructor(deliveries: DeliveriesOfMessage, ground: OpeningGround, publisher: Publisher) {
    this.deliveries = deliveries;
    this.ground = ground;
    this.publisher = publisher;
  }

  @RpcHandler(notifyQueries.listDeliveries)
  listDeliveries(input: Input<typeof notifyQueries.listDeliveries>, { tenantId }: CallContext) {
    return this.deliveries.page(tenantId, input);
  }

  @RpcHandler(notifyQueries.events)
  async events(input: Input<typeof notifyQueries.events>, { tenantId }: CallContext) {
    return replay(this.ground.store.log, this.publisher, { tenantId, ...input });
  }
}
