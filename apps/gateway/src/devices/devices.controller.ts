import { deviceCommands as commands, deviceQueries as queries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { UsersQuery } from '../identity/users/users.query.ts';
import { Users } from '../identity/users/users.ts';
import { deviceRoutes as routes } from './device.routes.ts';

type Routes = typeof routes;

/** Devices are notify-svc's; who there is, and who may act for whom, is known here. */
@Controller()
export class DevicesController {
  private readonly calls: ServiceCalls;
  private readonly users: Users;
  private readonly query: UsersQuery;

  constructor(
    @Inject(ServiceCalls) calls: ServiceCalls,
    @Inject(Users) users: Users,
    @Inject(UsersQuery) query: UsersQuery,
  ) {
    this.calls = calls;
    this.users = users;
    this.query = query;
  }

  @Endpoint(routes.list)
  async list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    await this.query.read(call.session.tenantId, call.id);
    return this.calls.send(queries.listDevices, { userId: call.id, ...call.query }, call);
  }

  @Endpoint(routes.register)
  async register(call: Call<Routes['register']>): Promise<Answer<Routes['register']>> {
    await this.users.requireActingFor(call.id, call);
    return this.calls.send(commands.registerDevice, { userId: call.id, device: call.body }, call);
  }

  @Endpoint(routes.remove)
  async remove(call: Call<Routes['remove']>): Promise<void> {
    await this.users.requireActingFor(call.id, call);
    await this.calls.send(commands.removeDevice, { userId: call.id, id: call.param('deviceId') }, call);
  }

  @Endpoint(routes.vapidKey)
  vapidKey(call: Call<Routes['vapidKey']>): Promise<Answer<Routes['vapidKey']>> {
    return this.calls.send(queries.vapidKey, {}, call);
  }
}
