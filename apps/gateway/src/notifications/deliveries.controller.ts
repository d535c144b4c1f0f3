import { deliveryCommands as commands, deliveryQueries as queries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { deliveryRoutes as routes } from './delivery.routes.ts';

type Routes = typeof routes;

@Controller()
export class DeliveriesController {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  @Endpoint(routes.find)
  find(call: Call<Routes['find']>): Promise<Answer<Routes['find']>> {
    return this.calls.send(queries.findDeliveries, call.query, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(queries.getDelivery, { id: call.id }, call);
  }

  @Endpoint(routes.replay)
  replay(call: Call<Routes['replay']>): Promise<Answer<Routes['replay']>> {
    return this.calls.send(commands.replayDelivery, { id: call.id, ...call.body }, call);
  }

  @Endpoint(routes.replayAll)
  replayAll(call: Call<Routes['replayAll']>): Promise<Answer<Routes['replayAll']>> {
    const { state: _, ...filter } = call.body;
    return this.calls.send(commands.replayDeliveries, filter, call);
  }

  @Endpoint(routes.readReplay)
  readReplay(call: Call<Routes['readReplay']>): Promise<Answer<Routes['readReplay']>> {
    return this.calls.send(queries.getDeliveryReplay, { id: call.id }, call);
  }
}
