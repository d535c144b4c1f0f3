import { gatewayCommands as commands, gatewayQueries as queries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../../http/call.ts';
import { Endpoint } from '../../http/endpoint.ts';
import { ServiceCalls } from '../../http/service-calls.ts';
import { gatewayRoutes as routes } from './gateway.routes.ts';

type Routes = typeof routes;

@Controller()
export class GatewaysController {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  @Endpoint(routes.readSms)
  readSms(call: Call<Routes['readSms']>): Promise<Answer<Routes['readSms']>> {
    return this.calls.send(queries.getSmsGateway, {}, call);
  }

  @Endpoint(routes.setSms)
  setSms(call: Call<Routes['setSms']>): Promise<Answer<Routes['setSms']>> {
    return this.calls.send(commands.setSmsGateway, { gateway: call.body, ifVersion: call.ifVersion }, call);
  }

  @Endpoint(routes.removeSms)
  async removeSms(call: Call<Routes['removeSms']>): Promise<void> {
    await this.calls.send(commands.removeSmsGateway, { ifVersion: call.ifVersion }, call);
  }

  @Endpoint(routes.testSms)
  testSms(call: Call<Routes['testSms']>): Promise<Answer<Routes['testSms']>> {
    return this.calls.send(commands.testSmsGateway, call.body, call);
  }

  @Endpoint(routes.readFax)
  readFax(call: Call<Routes['readFax']>): Promise<Answer<Routes['readFax']>> {
    return this.calls.send(queries.getFaxGateway, {}, call);
  }

  @Endpoint(routes.setFax)
  setFax(call: Call<Routes['setFax']>): Promise<Answer<Routes['setFax']>> {
    return this.calls.send(commands.setFaxGateway, { gateway: call.body, ifVersion: call.ifVersion }, call);
  }

  @Endpoint(routes.removeFax)
  async removeFax(call: Call<Routes['removeFax']>): Promise<void> {
    await this.calls.send(commands.removeFaxGateway, { ifVersion: call.ifVersion }, call);
  }
}
