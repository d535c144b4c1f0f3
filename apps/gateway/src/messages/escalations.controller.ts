import { mailboxQueries, notifyCommands, notifyQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { escalationRoutes as routes } from './escalation.routes.ts';

type Routes = typeof routes;

/** What becomes of messages that nobody takes care of. notify-svc knows nothing of rights: mailbox-svc is asked first. */
@Controller()
export class EscalationsController {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  @Endpoint(routes.escalation)
  async read(call: Call<Routes['escalation']>): Promise<Answer<Routes['escalation']>> {
    await this.calls.send(mailboxQueries.getMessage, { id: call.id, includeDeleted: true }, call);
    return this.calls.send(notifyQueries.getEscalation, { messageId: call.id }, call);
  }

  @Endpoint(routes.acknowledge)
  async acknowledge(call: Call<Routes['acknowledge']>): Promise<void> {
    const { mailboxId } = await this.calls.send(mailboxQueries.getMessage, { id: call.id }, call);
    await this.calls.send(mailboxQueries.requireRight, { id: mailboxId, right: 'mark' }, call);
    await this.calls.send(notifyCommands.acknowledgeMessage, { messageId: call.id }, call);
  }
}
