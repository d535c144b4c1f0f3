import { Readable } from 'node:stream';
import type { Subscription } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import { tokenOf } from '../access/token-of.ts';
import { AccessToBuses } from '../bus-access/access-to-buses.ts';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { StreamAnswer } from '../http/stream-answer.ts';
import { subscriptionRoutes as routes } from './subscription.routes.ts';
import { SubscriptionsQuery } from './subscriptions.query.ts';
import { Subscriptions } from './subscriptions.ts';

type Routes = typeof routes;
type Opened = Answer<Routes['open']>;

const json = { 'content-type': 'application/json; charset=utf-8' };

@Controller()
export class SubscriptionsController {
  private readonly subscriptions: Subscriptions;
  private readonly query: SubscriptionsQuery;
  private readonly access: AccessToBuses;

  constructor(
    @Inject(Subscriptions) subscriptions: Subscriptions,
    @Inject(SubscriptionsQuery) query: SubscriptionsQuery,
    @Inject(AccessToBuses) access: AccessToBuses,
  ) {
    this.subscriptions = subscriptions;
    this.query = query;
    this.access = access;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.query.list(call.session, call.query);
  }

  @Endpoint(routes.open)
  async open(call: Call<Routes['open']>): Promise<Opened | StreamAnswer> {
    this.access.requireOn(call.session.cell);
    const { subscription, isNew } = await this.subscriptions.open(call.body, call);
    const opened = await this.reachable(subscription, call);
    return isNew ? opened : new StreamAnswer(200, json, Readable.from([Buffer.from(JSON.stringify(opened))]));
  }

  @Endpoint(routes.read)
  async read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.reachable(await this.query.read(call.session, call.id), call);
  }

  @Endpoint(routes.keepReplay)
  keepReplay(call: Call<Routes['keepReplay']>): Promise<void> {
    return this.subscriptions.keepReplay(call.id, call.body.after, call);
  }

  @Endpoint(routes.remove)
  remove(call: Call<Routes['remove']>): Promise<void> {
    return this.subscriptions.remove(call.id, call);
  }

  private async reachable(subscription: Subscription, { session, request }: Call): Promise<Opened> {
    const { servers, user, inboxPrefix } = await this.access.register(session.cell, session, tokenOf(request.headers));
    const unacknowledged = await this.subscriptions.unacknowledged(subscription.id, session);
    return {
      ...subscription,
      nats: { servers, user, inboxPrefix },
      ...(unacknowledged === undefined ? {} : { unacknowledged }),
    };
  }
}
