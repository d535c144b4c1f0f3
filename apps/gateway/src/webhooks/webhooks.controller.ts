import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { type WebhookRoutes as Routes, webhookRoutes as routes } from './webhook.routes.ts';
import { WebhookCalls } from './webhook-calls.ts';

/** All webhooks of a tenant. */
@Controller()
export class WebhooksController {
  private readonly webhooks: WebhookCalls;

  constructor(@Inject(WebhookCalls) webhooks: WebhookCalls) {
    this.webhooks = webhooks;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.webhooks.list({}, call);
  }

  @Endpoint(routes.create)
  create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    return this.webhooks.create({}, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.webhooks.read({ id: call.id }, call);
  }

  @Endpoint(routes.change)
  change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    return this.webhooks.change({ id: call.id }, call);
  }

  @Endpoint(routes.remove)
  remove(call: Call<Routes['remove']>): Promise<void> {
    return this.webhooks.remove({ id: call.id }, call);
  }

  @Endpoint(routes.rotate)
  rotate(call: Call<Routes['rotate']>): Promise<Answer<Routes['rotate']>> {
    return this.webhooks.rotate({ id: call.id }, call);
  }

  @Endpoint(routes.test)
  test(call: Call<Routes['test']>): Promise<Answer<Routes['test']>> {
    return this.webhooks.test({ id: call.id }, call);
  }

  @Endpoint(routes.resume)
  resume(call: Call<Routes['resume']>): Promise<Answer<Routes['resume']>> {
    return this.webhooks.resume({ id: call.id }, call);
  }

  @Endpoint(routes.deliveries)
  deliveries(call: Call<Routes['deliveries']>): Promise<Answer<Routes['deliveries']>> {
    return this.webhooks.deliveries({ id: call.id }, call);
  }
}
