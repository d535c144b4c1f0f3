import type { Actor, CallContext, MessageItem, mailboxCommands } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { rightRequired } from '../../access/rights.ts';
import type { CallInput } from '../../calls/request.ts';
import { commandMeta, type Ground } from '../../ground/ground.ts';
import type { MailboxDirectory } from '../../mailboxes/directory/mailbox.query.ts';
import { byTheService, DepartedUsers } from '../../user-departure/departed-users.ts';
import { handleMessage } from '../handle-message.ts';
import type { FoundMessage } from '../inbox/found-message.ts';
import type { MessageInbox } from '../inbox/message.query.ts';
import { itemAfter } from '../item.ts';
import type { MessageCommand } from '../message.commands.ts';
import { messageNotFound } from '../message.decider.ts';
import { assigneeWithoutAccess } from './refusals.ts';
import { releaseFromUser } from './release-from-user.ts';
import type { Worker } from './work.ts';

type Work = Extract<MessageCommand, { data: { worker: Worker } }>;
type MakeCommand = (on: { mailboxId: string; worker: Worker }, meta: Work['meta']) => Work;

const workerOf = (actor: Actor, { rights }: FoundMessage): Worker => ({
  userId: actor.kind === 'user' ? actor.id : null,
  rights,
});

interface OfMessage {
  id: string;
  ifVersion?: number | undefined;
}

interface Giving {
  input: OfMessage;
  found: FoundMessage;
  make: MakeCommand;
}

/** What a team does with the messages of a mailbox. All of it takes the right `mark`. */
export class WorkDesk {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;
  private readonly inbox: MessageInbox;
  private readonly departed: DepartedUsers;

  constructor(ground: Ground, directory: MailboxDirectory, inbox: MessageInbox) {
    this.ground = ground;
    this.directory = directory;
    this.inbox = inbox;
    this.departed = new DepartedUsers(ground);
  }

  async claim(input: CallInput<typeof mailboxCommands.claimMessage>, call: CallContext): Promise<MessageItem> {
    const { dueAt } = input;
    const found = await this.find(input.id, call);
    const make: MakeCommand = (on, meta) => ({ type: 'ClaimMessage', data: { ...on, dueAt }, meta });
    const { actor, tenantId } = call;
    if (actor.kind !== 'user') return this.handle(input, call, make, found);
    if (!found.rights.has('listen')) throw rightRequired('listen');
    await this.departed.refuse(tenantId, [actor.id]);
    return this.give(actor.id, { input, found, make }, call);
  }

  /** @throws DomainError `assignee-without-access` */
  async assign(input: CallInput<typeof mailboxCommands.assignMessage>, call: CallContext): Promise<MessageItem> {
    const { userId, dueAt } = input;
    const found = await this.find(input.id, call);
    await this.requireListener(found, userId, call);
    const make: MakeCommand = (on, meta) => ({ type: 'AssignMessage', data: { ...on, userId, dueAt }, meta });
    return this.give(userId, { input, found, make }, call);
  }

  async release(input: CallInput<typeof mailboxCommands.releaseMessage>, call: CallContext): Promise<MessageItem> {
    return this.handle(input, call, (data, meta) => ({ type: 'ReleaseMessage', data, meta }));
  }

  async finish(input: CallInput<typeof mailboxCommands.finishMessage>, call: CallContext): Promise<MessageItem> {
    return this.handle(input, call, (data, meta) => ({ type: 'FinishMessage', data, meta }));
  }

  private find(id: string, call: CallContext): Promise<FoundMessage> {
    return this.inbox.require(call, id, { deleted: false, right: 'mark' });
  }

  private async handle(
    { id, ifVersion }: OfMessage,
    call: CallContext,
    make: MakeCommand,
    known?: FoundMessage,
  ): Promise<MessageItem> {
    const found = known ?? (await this.find(id, call));
    const on = { mailboxId: found.message.mailboxId, worker: workerOf(call.actor, found) };
    const command = make(on, commandMeta(this.ground));
    const handled = await handleMessage(this.ground, { id, command, ifVersion }, call);
    return itemAfter(handled, { ...found, tenantId: call.tenantId, id });
  }

  /**
   * Gives the message to somebody, and looks again whether this one may have it. Who lost the mailbox, or was deleted,
   * before the append is seen here; who did after it is found with the message in hand by what takes it away.
   */
  private async give(userId: string, { input, found, make }: Giving, call: CallContext): Promise<MessageItem> {
    const item = await this.handle(input, call, make, found);
    try {
      await this.requireListener(found, userId, call);
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
      const { tenantId, correlationId } = call;
      const inHand = { tenantId, userId, messageIds: [input.id] };
      await releaseFromUser(this.ground, inHand, byTheService({ correlationId }));
      throw error;
    }
    return item;
  }

  /**
   * Administrators, and whoever may listen by a policy, are known as that only by their own token: others are asked about
   * as the users that they are.
   */
  private async requireListener({ message }: FoundMessage, userId: string, call: CallContext): Promise<void> {
    const { tenantId, actor } = call;
    await this.departed.refuse(tenantId, [userId]);
    const isSelf = actor.kind === 'user' && actor.id === userId;
    const assignee: Actor = isSelf ? actor : { kind: 'user', id: userId, admin: false };
    try {
      await this.directory.require({ tenantId, actor: assignee }, message.mailboxId, 'listen');
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
      throw isSelf && error.kind === 'not-found' ? messageNotFound() : assigneeWithoutAccess(userId);
    }
  }
}
