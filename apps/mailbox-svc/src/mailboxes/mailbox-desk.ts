import {
  type CallContext,
  type Counts,
  type mailboxCommands,
  type mailboxQueries,
  type Mailbox as PublicMailbox,
  type Right,
  type RpcOutput,
} from '@aftertone/contracts';
import type { GuardFailure } from '@aftertone/event-store';
import { conflict, type DomainError, newId } from '@aftertone/kernel';
import { administratorRequired } from '../access/rights.ts';
import { type CallInput, firstMade, metaOf, onceMaking } from '../calls/request.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import { refusedByHold } from '../legal-hold/refusals.ts';
import { heldIn, isOfHolds, reachedLimit } from '../messages/contribution.ts';
import { ownCounts } from '../messages/marks/own-counts.query.ts';
import { DepartedUsers } from '../user-departure/departed-users.ts';
import { type MailboxDirectory, publicRow } from './directory/mailbox.query.ts';
import { globalsRole } from './globals.ts';
import { mailboxAggregate } from './mailbox.aggregate.ts';
import { type MailboxCommand, mailboxNotFound } from './mailbox.decider.ts';
import type { Mailbox } from './mailbox.ts';
import { neededFor } from './permission.ts';
import { pinGone } from './pin/pin-credentials.ts';
import { toPublicMailbox } from './publish.ts';
import { nextShortId } from './short-id.ts';

const onGuard = (failure: GuardFailure): DomainError => {
  if (failure.guard === 'claimed') {
    return conflict('mailbox-number-taken', 'Another mailbox of this context has this number.');
  }
  if (failure.guard === 'limit' && failure.role === globalsRole) {
    return conflict('shared-mailbox-exists', 'This context has a global mailbox, and the tenant allows one in each.');
  }
  if (failure.guard === 'limit' && isOfHolds(failure.counter)) return refusedByHold('message');
  return mailboxNotFound();
};

const shown = (state: Mailbox, tenantId: string, id: string): PublicMailbox => {
  if (state.status !== 'open') throw mailboxNotFound();
  return toPublicMailbox(state.mailbox, { tenantId, id });
};

/** Creates, changes, closes and shows mailboxes. */
export class MailboxDesk {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;
  private readonly departed: DepartedUsers;

  constructor(ground: Ground, directory: MailboxDirectory) {
    this.ground = ground;
    this.directory = directory;
    this.departed = new DepartedUsers(ground);
  }

  async create(
    { mailbox, multipleSharedMailboxes }: CallInput<typeof mailboxCommands.createMailbox>,
    call: CallContext,
  ): Promise<PublicMailbox> {
    if (!call.actor.admin) throw administratorRequired();
    await this.departed.refuse(call.tenantId, mailbox.ownerUserIds);
    const id = newId();
    const shortId = await nextShortId(this.ground);
    const { state, repeated, result } = await this.ground.store.handle(mailboxAggregate, {
      ...this.request(call, id, {
        type: 'CreateMailbox',
        data: { settings: mailbox, shortId, sole: multipleSharedMailboxes === false },
        meta: commandMeta(this.ground),
      }),
      isNew: true,
      ...onceMaking(call, id),
    });
    if (!repeated) return shown(state, call.tenantId, id);
    return publicRow(await this.directory.require(call, firstMade(result), 'administer'));
  }

  async change(input: CallInput<typeof mailboxCommands.changeMailbox>, call: CallContext): Promise<PublicMailbox> {
    const { id, changes, ifVersion, multipleSharedMailboxes } = input;
    const { mailbox, counters } = await this.directory.requireWithFeed(call, id, neededFor(changes));
    // A hold that comes in this moment can be ended where it is.
    if (changes.storage?.type === 'external' && mailbox.storage === null && heldIn(counters) > 0) {
      throw refusedByHold('message');
    }
    await this.departed.refuse(call.tenantId, changes.ownerUserIds ?? []);
    const sole = multipleSharedMailboxes === false;
    const by = { mailboxId: id, actor: call.actor };
    const data = { changes, by, sole, ...(ifVersion !== undefined && { ifVersion }) };
    const request = this.request(call, id, { type: 'ChangeMailbox', data, meta: commandMeta(this.ground) });
    const { state } = await this.ground.store.handle(mailboxAggregate, request);
    return shown(state, call.tenantId, id);
  }

  async close({ id, ifVersion }: CallInput<typeof mailboxCommands.closeMailbox>, call: CallContext): Promise<void> {
    await this.directory.require(call, id, 'administer');
    const data = ifVersion === undefined ? {} : { ifVersion };
    await this.ground.store.handle(mailboxAggregate, {
      ...this.request(call, id, { type: 'CloseMailbox', data, meta: commandMeta(this.ground) }),
      extraRows: [pinGone(call.tenantId, id)],
    });
  }

  async hold(
    { id, hold, ifVersion }: CallInput<typeof mailboxCommands.holdMailbox>,
    call: CallContext,
  ): Promise<PublicMailbox> {
    const by = { mailboxId: id, actor: call.actor };
    const data = {
      hold: { reason: hold.reason, by: call.actor.id },
      by,
      ...(ifVersion !== undefined && { ifVersion }),
    };
    return this.administer(id, { type: 'HoldMailbox', data, meta: commandMeta(this.ground) }, call);
  }

  async endHold(
    { id, ifVersion }: CallInput<typeof mailboxCommands.endMailboxHold>,
    call: CallContext,
  ): Promise<PublicMailbox> {
    const data = { by: { mailboxId: id, actor: call.actor }, ...(ifVersion !== undefined && { ifVersion }) };
    return this.administer(id, { type: 'EndMailboxHold', data, meta: commandMeta(this.ground) }, call);
  }

  private async administer(id: string, command: MailboxCommand, call: CallContext): Promise<PublicMailbox> {
    await this.directory.require(call, id, 'administer');
    const { state } = await this.ground.store.handle(mailboxAggregate, this.request(call, id, command));
    return shown(state, call.tenantId, id);
  }

  async get(id: string, call: CallContext): Promise<PublicMailbox> {
    return publicRow(await this.directory.require(call, id, 'listen'));
  }

  /** @throws DomainError `mailbox-not-found`, `right-required` */
  async requireRight(id: string, right: Right, call: CallContext): Promise<void> {
    await this.directory.require(call, id, right);
  }

  list(input: CallInput<typeof mailboxQueries.listMailboxes>, call: CallContext) {
    return this.directory.list(call, input);
  }

  async counts(id: string, call: CallContext): Promise<Counts> {
    await this.directory.require(call, id, 'listen');
    return ownCounts(this.ground, call, id);
  }

  async depositHint(id: string, call: CallContext): Promise<RpcOutput<typeof mailboxQueries.depositHint>> {
    const { mailbox, counters } = await this.directory.requireWithFeed(call, id, 'deposit');
    const { maxMessageSeconds } = mailbox.quota;
    const room = mailbox.storage !== null || reachedLimit(counters, mailbox.quota) === null;
    return { room, maxMessageSeconds };
  }

  private request(call: CallContext, id: string, command: MailboxCommand) {
    return { tenantId: call.tenantId, id, command, meta: metaOf(call), onGuard };
  }
}
