import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { type WebhookRoutes as Routes, mailboxWebhookRoutes as routes } from './webhook.routes.ts';
import { type Named, WebhookCalls } from './webhook-calls.ts';

const namedIn = (call: Call): Named => ({ mailboxId: call.id, id: call.param('webhookId') });

/** The webhooks of one mailbox. */
@Controller()
export class MailboxWebhooksController {
  private readonly webhooks: WebhookCalls;

  constructor(@Inject(WebhookCalls) webhooks: WebhookCalls) {
    this.webhooks = webhooks;
  }

  @Endpoint(routes.list)
  async list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    await this.webhooks.requireSettings(call.id, call);
    return this.webhooks.list({ mailboxId: call.id }, call);
  }

  @Endpoint(routes.create)
  async create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    await this.webhooks.requireToPoint(call.id, call);
    return this.webhooks.create({ mailboxId: call.id }, call);
  }

  @Endpoint(routes.read)
  async read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    await this.webhooks.requireSettings(call.id, call);
    return this.webhooks.read(namedIn(call), call);
  }

  @Endpoint(routes.change)
  async change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    await this.webhooks.requireToPoint(call.id, call);
    return this.webhooks.change(namedIn(call), call);
  }

  @Endpoint(routes.remove)
  async remove(call: Call<Routes['remove']>): Promise<void> {
    await this.webhooks.requireSettings(call.id, call);
    await this.webhooks.remove(namedIn(call), call);
  }

  @Endpoint(routes.rotate)
  async rotate(call: Call<Routes['rotate']>): Promise<Answer<Routes['rotate']>> {
    await this.webhooks.requireSettings(call.id, call);
    return this.webhooks.rotate(namedIn(call), call);
  }

  @Endpoint(routes.test)
  async test(call: Call<Routes['test']>): Promise<Answer<Routes['test']>> {
    await this.webhooks.requireSettings(call.id, call);
    return this.webhooks.test(namedIn(call), call);
  }

  @Endpoint(routes.resume)
  async resume(call: Call<Routes['resume']>): Promise<Answer<Routes['resume']>> {
    await this.webhooks.requireSettings(call.id, call);
    return this.webhooks.resume(namedIn(call), call);
  }

  @Endpoint(routes.deliveries)
  async deliveries(call: Call<Routes['deliveries']>): Promise<Answer<Routes['deliveries']>> {
    await this.webhooks.requireSettings(call.id, call);
    return this.webhooks.deliveries(namedIn(call), call);
  }
}
