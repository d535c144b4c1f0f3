import { mailboxCommands, mailboxQueries, notifyQueries } from '@aftertone/contracts';
import { DomainError, invalid, newId } from '@aftertone/kernel';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { People } from '../mailboxes/people.ts';
import { audioRoutes } from './audio.routes.ts';
import { requireHome } from './claims.ts';
import { idempotencyKeyOf, idempotencyOf } from './idempotency.ts';
import { messageRoutes } from './message.routes.ts';

const routes = { ...messageRoutes, deliveries: audioRoutes.deliveries };

type Routes = typeof routes;

const isMissing = (error: unknown): boolean => error instanceof DomainError && error.kind === 'not-found';

@Controller()
export class MessagesController {
  private readonly calls: ServiceCalls;
  private readonly people: People;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls, @Inject(People) people: People) {
    this.calls = calls;
    this.people = people;
  }

  @Endpoint(routes.listOfMailbox)
  listOfMailbox(call: Call<Routes['listOfMailbox']>): Promise<Answer<Routes['listOfMailbox']>> {
    return this.calls.send(mailboxQueries.listMessages, { ...call.query, mailboxId: call.id }, call);
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(mailboxQueries.listMessages, call.query, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(mailboxQueries.getMessage, { id: call.id }, call);
  }

  @Endpoint(routes.change)
  change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    const { id, body: changes, ifVersion } = call;
    return this.calls.send(mailboxCommands.changeMessage, { id, changes, ifVersion }, call);
  }

  @Endpoint(routes.remove)
  async remove(call: Call<Routes['remove']>): Promise<void> {
    const { id, ifVersion } = call;
    if (call.query.purge && ifVersion !== undefined) {
      throw invalid('invalid-request', 'A purge is for any version: it takes no If-Match');
    }
    if (call.query.purge) await this.calls.send(mailboxCommands.purgeMessage, { id }, call);
    else await this.calls.send(mailboxCommands.deleteMessage, { id, ifVersion }, call);
  }

  @Endpoint(routes.restore)
  restore(call: Call<Routes['restore']>): Promise<Answer<Routes['restore']>> {
    return this.calls.send(mailboxCommands.restoreMessage, { id: call.id, ifVersion: call.ifVersion }, call);
  }

  @Endpoint(routes.move)
  move(call: Call<Routes['move']>): Promise<Answer<Routes['move']>> {
    const { id, body, ifVersion } = call;
    return this.calls.send(mailboxCommands.moveMessage, { id, mailboxId: body.mailboxId, ifVersion }, call);
  }

  @Endpoint(routes.copy)
  copy(call: Call<Routes['copy']>): Promise<Answer<Routes['copy']>> {
    const { id, route, request } = call;
    const { mailboxId } = call.body;
    const key = idempotencyOf(route.operationId, idempotencyKeyOf(request), { id, mailboxId });
    return this.calls.send(mailboxCommands.copyMessage, { id, copyId: newId(), mailboxId }, call, key);
  }

  @Endpoint(routes.batch)
  async batch(call: Call<Routes['batch']>): Promise<Answer<Routes['batch']>> {
    const { run } = call.body;
    if (run.action === 'claim') requireHome(call.session);
    if (run.action === 'assign') {
      await this.people.checkAssignee(call.session.tenantId, run.userId, 'run.userId');
    }
    return this.calls.send(mailboxCommands.batchMessages, call.body, call);
  }

  @Endpoint(routes.history)
  history(call: Call<Routes['history']>): Promise<Answer<Routes['history']>> {
    return this.calls.send(mailboxQueries.messageHistory, { id: call.id, ...call.query }, call);
  }

  @Endpoint(routes.deliveries)
  async deliveries(call: Call<Routes['deliveries']>): Promise<Answer<Routes['deliveries']>> {
    try {
      // notify-svc knows nothing of rights: mailbox-svc says first whether this message exists for the caller.
      await this.calls.send(mailboxQueries.getMessage, { id: call.id, includeDeleted: true }, call);
    } catch (error) {
      if (!call.session.admin || !isMissing(error) || !(await this.isKeptElsewhere(call))) throw error;
    }
    return this.calls.send(notifyQueries.listDeliveries, { messageId: call.id, ...call.query }, call);
  }

  /** Such a message is in no mailbox: its deliveries are all of it that administrators can look at. */
  private async isKeptElsewhere(call: Call<Routes['deliveries']>): Promise<boolean> {
    const first = { messageId: call.id, limit: 1 };
    const [delivery] = (await this.calls.send(notifyQueries.listDeliveries, first, call)).items;
    if (delivery?.channel !== 'external' || delivery.mailboxId === null) return false;
    try {
      // Some mailboxes may be denied to an administrator.
      await this.calls.send(mailboxQueries.requireRight, { id: delivery.mailboxId, right: 'listen' }, call);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}
