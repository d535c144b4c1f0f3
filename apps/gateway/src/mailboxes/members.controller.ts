import { mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { memberRoutes as routes } from './member.routes.ts';
import { People } from './people.ts';

type Routes = typeof routes;

@Controller()
export class MembersController {
  private readonly calls: ServiceCalls;
  private readonly people: People;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls, @Inject(People) people: People) {
    this.calls = calls;
    this.people = people;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(mailboxQueries.listMembers, { id: call.id, ...call.query }, call);
  }

  @Endpoint(routes.set)
  async set(call: Call<Routes['set']>): Promise<Answer<Routes['set']>> {
    const userId = call.param('userId');
    await this.people.checkMember(call.session.tenantId, userId);
    return this.calls.send(mailboxCommands.setMember, { id: call.id, userId, grant: call.body }, call);
  }

  @Endpoint(routes.remove)
  async remove(call: Call<Routes['remove']>): Promise<void> {
    await this.calls.send(mailboxCommands.removeMember, { id: call.id, userId: call.param('userId') }, call);
  }
}
