import { type CallContext, webhookCommands as commands, webhookQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { DeliveriesQuery } from '../deliveries/list/deliveries.query.ts';
import { OpeningGround } from '../ground/opening-ground.ts';
import { WebhookDesk } from './webhook-desk.ts';
import { WebhookTest } from './webhook-test.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

@Controller()
export class WebhooksController {
  private readonly desk: WebhookDesk;
  private readonly tests: WebhookTest;
  private readonly deliveries: DeliveriesQuery;

  constructor(desk: WebhookDesk, ground: OpeningGround) {
    this.desk = desk;
    this.tests = new WebhookTest(ground, desk);
    this.deliveries = new DeliveriesQuery(ground);
  }

  @RpcHandler(commands.createWebhook)
  create(input: Input<typeof commands.createWebhook>, call: CallContext) {
    return this.desk.create(input, call);
  }

  @RpcHandler(commands.changeWebhook)
  change(input: Input<typeof commands.changeWebhook>, call: CallContext) {
    return this.desk.change(input, call);
  }

  @RpcHandler(commands.deleteWebhook)
  async remove(input: Input<typeof commands.deleteWebhook>, call: CallContext) {
    await this.desk.remove(input, call);
    return {};
  }

  @RpcHandler(commands.rotateWebhookSecret)
  rotate(input: Input<typeof commands.rotateWebhookSecret>, call: CallContext) {
    return this.desk.rotate(input, call);
  }

  @RpcHandler(commands.resumeWebhook)
  resume(input: Input<typeof commands.resumeWebhook>, call: CallContext) {
    return this.desk.resume(input, call);
  }

  @RpcHandler(commands.testWebhook)
  test(input: Input<typeof commands.testWebhook>, call: CallContext) {
    return this.tests.send(input, call);
  }

  @RpcHandler(queries.getWebhook)
  get(input: Input<typeof queries.getWebhook>, call: CallContext) {
    return this.desk.require(input, call);
  }

  @RpcHandler(queries.listWebhooks)
  list(input: Input<typeof queries.listWebhooks>, call: CallContext) {
    return this.desk.page(input, call);
  }

  @RpcHandler(queries.listWebhookDeliveries)
  async listDeliveries({ limit, cursor, ...named }: Input<typeof queries.listWebhookDeliveries>, call: CallContext) {
    const { id: recipient } = await this.desk.require(named, call);
    return this.deliveries.page(call.tenantId, { channel: 'webhook', recipient, limit, cursor });
  }
}
