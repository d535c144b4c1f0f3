import { mailboxCommands } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { People } from '../mailboxes/people.ts';
import { requireHome } from './claims.ts';
import { workRoutes as routes } from './work.routes.ts';

type Routes = typeof routes;

/** A team's work on messages. */
@Controller()
export class WorkController {
  private readonly calls: ServiceCalls;
  private readonly people: People;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls, @Inject(People) people: People) {
    this.calls = calls;
    this.people = people;
  }

  @Endpoint(routes.claim)
  claim(call: Call<Routes['claim']>): Promise<Answer<Routes['claim']>> {
    const { id, ifVersion, body, session } = call;
    requireHome(session);
    return this.calls.send(mailboxCommands.claimMessage, { id, ifVersion, ...body }, call);
  }

  @Endpoint(routes.assign)
  async assign(call: Call<Routes['assign']>): Promise<Answer<Routes['assign']>> {
    const { id, ifVersion, body, session } = call;
    await this.people.checkAssignee(session.tenantId, body.userId);
    return this.calls.send(mailboxCommands.assignMessage, { id, ifVersion, ...body }, call);
  }

  @Endpoint(routes.release)
  release(call: Call<Routes['release']>): Promise<Answer<Routes['release']>> {
    const { id, ifVersion } = call;
    return this.calls.send(mailboxCommands.releaseMessage, { id, ifVersion }, call);
  }

  @Endpoint(routes.done)
  done(call: Call<Routes['done']>): Promise<Answer<Routes['done']>> {
    const { id, ifVersion } = call;
    return this.calls.send(mailboxCommands.finishMessage, { id, ifVersion }, call);
  }
}
