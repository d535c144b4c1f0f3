import { mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { mailboxRoutes as routes } from './mailbox.routes.ts';
import { Owners } from './owners.ts';

type Routes = typeof routes;

@Controller()
export class MailboxesController {
  private readonly calls: ServiceCalls;
  private readonly owners: Owners;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls, @Inject(Owners) owners: Owners) {
    this.calls = calls;
    this.owners = owners;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(mailboxQueries.listMailboxes, call.query, call);
  }

  @Endpoint(routes.create)
  async create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    await this.owners.check(call.session.tenantId, call.body.ownerUserIds);
    return this.calls.send(mailboxCommands.createMailbox, { mailbox: call.body }, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(mailboxQueries.getMailbox, { id: call.id }, call);
  }

  @Endpoint(routes.change)
  async change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    await this.owners.check(call.session.tenantId, call.body.ownerUserIds);
    const { id, body: changes, ifVersion } = call;
    return this.calls.send(mailboxCommands.changeMailbox, { id, changes, ifVersion }, call);
  }

  @Endpoint(routes.close)
  async close(call: Call<Routes['close']>): Promise<void> {
    await this.calls.send(mailboxCommands.closeMailbox, { id: call.id, ifVersion: call.ifVersion }, call);
  }

  @Endpoint(routes.counts)
  counts(call: Call<Routes['counts']>): Promise<Answer<Routes['counts']>> {
    return this.calls.send(mailboxQueries.getCounts, { id: call.id }, call);
  }

  @Endpoint(routes.setPin)
  async setPin(call: Call<Routes['setPin']>): Promise<void> {
    await this.calls.send(mailboxCommands.setPin, { id: call.id, pin: call.body.pin }, call);
  }

  @Endpoint(routes.removePin)
  async removePin(call: Call<Routes['removePin']>): Promise<void> {
    await this.calls.send(mailboxCommands.removePin, { id: call.id }, call);
  }

  @Endpoint(routes.verifyPin)
  verifyPin(call: Call<Routes['verifyPin']>): Promise<Answer<Routes['verifyPin']>> {
    return this.calls.send(mailboxCommands.verifyPin, { id: call.id, pin: call.body.pin }, call);
  }
}
