import {
  webhookCommands as commands,
  mailboxQueries,
  webhookQueries as queries,
  type Right,
} from '@aftertone/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import type { WebhookRoutes as Routes } from './webhook.routes.ts';

/** Absent: every mailbox of the tenant, for administrators. */
export interface Scope {
  mailboxId?: string;
}

/** One webhook there. */
export interface Named extends Scope {
  id: string;
}

/** Whoever has a webhook told of messages hears them. */
const rightsToPoint: readonly Right[] = ['settings', 'listen'];

/** What the routes of the tenant and those of a mailbox have in common. */
@Injectable()
export class WebhookCalls {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  /** notify-svc knows nothing of rights: mailbox-svc says first what the caller may do in the mailbox. */
  async requireSettings(mailboxId: string, call: Call): Promise<void> {
    await this.calls.send(mailboxQueries.requireRight, { id: mailboxId, right: 'settings' }, call);
  }

  /** The same for saying where its messages go. */
  async requireToPoint(mailboxId: string, call: Call): Promise<void> {
    for (const right of rightsToPoint)
      await this.calls.send(mailboxQueries.requireRight, { id: mailboxId, right }, call);
  }

  list(scope: Scope, call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(queries.listWebhooks, { ...scope, ...call.query }, call);
  }

  create(scope: Scope, call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    return this.calls.send(commands.createWebhook, { ...scope, webhook: call.body }, call);
  }

  read(named: Named, call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(queries.getWebhook, named, call);
  }

  change(named: Named, call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    const { body: changes, ifVersion } = call;
    return this.calls.send(commands.changeWebhook, { ...named, changes, ifVersion }, call);
  }

  async remove(named: Named, call: Call<Routes['remove']>): Promise<void> {
    await this.calls.send(commands.deleteWebhook, { ...named, ifVersion: call.ifVersion }, call);
  }

  rotate(named: Named, call: Call<Routes['rotate']>): Promise<Answer<Routes['rotate']>> {
    return this.calls.send(commands.rotateWebhookSecret, { ...named, ...call.body }, call);
  }

  test(named: Named, call: Call<Routes['test']>): Promise<Answer<Routes['test']>> {
    return this.calls.send(commands.testWebhook, named, call);
  }

  resume(named: Named, call: Call<Routes['resume']>): Promise<Answer<Routes['resume']>> {
    return this.calls.send(commands.resumeWebhook, named, call);
  }

  deliveries(named: Named, call: Call<Routes['deliveries']>): Promise<Answer<Routes['deliveries']>> {
    return this.calls.send(queries.listWebhookDeliveries, { ...named, ...call.query }, call);
  }
}
