import { mailboxCommands, mailboxQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { mailboxRoutes as routes } from './mailbox.routes.ts';
import { People } from './people.ts';
import { TenantRules } from './tenant-rules.ts';

type Routes = typeof routes;

@Controller()
export class MailboxesController {
  private readonly calls: ServiceCalls;
  private readonly people: People;
  private readonly rules: TenantRules;

  constructor(
    @Inject(ServiceCalls) calls: ServiceCalls,
    @Inject(People) people: People,
    @Inject(TenantRules) rules: TenantRules,
  ) {
    this.calls = calls;
    this.people = people;
    this.rules = rules;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(mailboxQueries.listMailboxes, call.query, call);
  }

  @Endpoint(routes.create)
  async create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    const { body: mailbox, session } = call;
    await this.people.checkOwners(session.tenantId, mailbox.ownerUserIds);
    await this.people.checkEscalation(session.tenantId, mailbox.notify.escalation);
    const rules = await this.rules.of(session.tenantId, mailbox);
    return this.calls.send(mailboxCommands.createMailbox, { mailbox, ...rules }, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(mailboxQueries.getMailbox, { id: call.id }, call);
  }

  @Endpoint(routes.change)
  async change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    const { id, body: changes, ifVersion, session } = call;
    await this.people.checkOwners(session.tenantId, changes.ownerUserIds);
    await this.people.checkEscalation(session.tenantId, changes.notify?.escalation);
    const rules = await this.rules.of(session.tenantId, changes);
    return this.calls.send(mailboxCommands.changeMailbox, { id, changes, ifVersion, ...rules }, call);
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
