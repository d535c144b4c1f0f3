import { type CallContext, notifyQueries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { DeliveriesOfMessage } from './deliveries/list/delivery.query.ts';
import { Replay } from './publishing/replay.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

/** What others ask notify-svc. */
@Controller()
export class NotifyController {
  private readonly deliveries: DeliveriesOfMessage;
  private readonly replay: Replay;

  constructor(deliveries: DeliveriesOfMessage, replay: Replay) {
    this.deliveries = deliveries;
    this.replay = replay;
  }

  @RpcHandler(notifyQueries.listDeliveries)
  listDeliveries(input: Input<typeof notifyQueries.listDeliveries>, call: CallContext) {
    return this.deliveries.page(call.tenantId, input);
  }

  @RpcHandler(notifyQueries.events)
  events(input: Input<typeof notifyQueries.events>, call: CallContext) {
    return this.replay.page(input, call.tenantId);
  }
}
