import { mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { retentionRoutes as routes } from './retention.routes.ts';

type Routes = typeof routes;

const named = ({ id, ifVersion }: { id: string; ifVersion: number | undefined }) => ({ id, ifVersion });

/** Legal holds, and what goes by rules. */
@Controller()
export class RetentionController {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  @Endpoint(routes.holdMailbox)
  holdMailbox(call: Call<Routes['holdMailbox']>): Promise<Answer<Routes['holdMailbox']>> {
    return this.calls.send(mailboxCommands.holdMailbox, { ...named(call), hold: call.body }, call);
  }

  @Endpoint(routes.endMailboxHold)
  endMailboxHold(call: Call<Routes['endMailboxHold']>): Promise<Answer<Routes['endMailboxHold']>> {
    return this.calls.send(mailboxCommands.endMailboxHold, named(call), call);
  }

  @Endpoint(routes.holdMessage)
  holdMessage(call: Call<Routes['holdMessage']>): Promise<Answer<Routes['holdMessage']>> {
    return this.calls.send(mailboxCommands.holdMessage, { ...named(call), hold: call.body }, call);
  }

  @Endpoint(routes.endMessageHold)
  endMessageHold(call: Call<Routes['endMessageHold']>): Promise<Answer<Routes['endMessageHold']>> {
    return this.calls.send(mailboxCommands.endMessageHold, named(call), call);
  }

  @Endpoint(routes.preview)
  preview(call: Call<Routes['preview']>): Promise<Answer<Routes['preview']>> {
    return this.calls.send(mailboxQueries.previewRetention, { id: call.id, ...call.query }, call);
  }
}
