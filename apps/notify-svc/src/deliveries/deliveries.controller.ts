import { type CallContext, deliveryCommands as commands, deliveryQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { PreviewDesk } from '../planning/preview/preview-desk.ts';
import { DeliveryDesk } from './delivery-desk.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

@Controller()
export class DeliveriesController {
  private readonly desk: DeliveryDesk;
  private readonly previews: PreviewDesk;

  constructor(desk: DeliveryDesk, previews: PreviewDesk) {
    this.desk = desk;
    this.previews = previews;
  }

  @RpcHandler(queries.findDeliveries)
  find(input: Input<typeof queries.findDeliveries>, call: CallContext) {
    return this.desk.find(input, call);
  }

  @RpcHandler(queries.getDelivery)
  get({ id }: Input<typeof queries.getDelivery>, call: CallContext) {
    return this.desk.get(id, call);
  }

  @RpcHandler(commands.replayDelivery)
  replay(input: Input<typeof commands.replayDelivery>, call: CallContext) {
    return this.desk.replay(input, call);
  }

  @RpcHandler(commands.replayDeliveries)
  replayAll(input: Input<typeof commands.replayDeliveries>, call: CallContext) {
    return this.desk.replayAll(input, call);
  }

  @RpcHandler(queries.getDeliveryReplay)
  getReplay({ id }: Input<typeof queries.getDeliveryReplay>, call: CallContext) {
    return this.desk.getReplay(id, call);
  }

  @RpcHandler(queries.previewNotifications)
  preview(input: Input<typeof queries.previewNotifications>, call: CallContext) {
    return this.previews.preview(input, call);
  }
}
