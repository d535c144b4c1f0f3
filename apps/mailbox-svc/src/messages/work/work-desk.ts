import type { Actor, CallContext, MessageItem, mailboxCommands } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import type { CallInput } from '../../calls/request.ts';
import { commandMeta, type Ground } from '../../ground/ground.ts';
import type { MailboxDirectory } from '../../mailboxes/directory/mailbox.query.ts';
import { handleMessage } from '../handle-message.ts';
import type { FoundMessage } from '../inbox/found-message.ts';
import type { MessageInbox } from '../inbox/message.query.ts';
import { itemAfter } from '../item.ts';
import type { MessageCommand } from '../message.commands.ts';
import { assigneeWithoutAccess } from './refusals.ts';
import type { Worker } from './work.ts';

type Work = Extract<MessageCommand, { data: { worker: Worker } }>;
type MakeCommand = (on: { mailboxId: string; worker: Worker }, meta: Work['meta']) => Work;

const workerOf = (actor: Actor, { rights }: FoundMessage): Worker => ({
  userId: actor.kind === 'user' ? actor.id : null,
  rights,
});

/** What a team does with the messages of a mailbox. All of it takes the right `mark`. */
export class WorkDesk {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;
  private readonly inbox: MessageInbox;

  constructor(ground: Ground, directory: MailboxDirectory, inbox: MessageInbox) {
    this.ground = ground;
    this.directory = directory;
    this.inbox = inbox;
  }

  async claim(input: CallInput<typeof mailboxCommands.claimMessage>, call: CallContext): Promise<MessageItem> {
    const { dueAt } = input;
    return this.handle(input, call, (on, meta) => ({ type: 'ClaimMessage', data: { ...on, dueAt }, meta }));
  }

  /** @throws DomainError `assignee-without-access` */
  async assign(input: CallInput<typeof mailboxCommands.assignMessage>, call: CallContext): Promise<MessageItem> {
    const { userId, dueAt } = input;
    const found = await this.find(input.id, call);
    await this.requireListener(found, userId, call);
    return this.handle(
      input,
      call,
      (on, meta) => ({ type: 'AssignMessage', data: { ...on, userId, dueAt }, meta }),
      found,
    );
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
    { id, ifVersion }: { id: string; ifVersion?: number | undefined },
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

  /** An administrator is known as one only by the own token: others are asked about as the users that they are. */
  private async requireListener({ message, rights }: FoundMessage, userId: string, call: CallContext): Promise<void> {
    const { tenantId, actor } = call;
    if (actor.kind === 'user' && actor.id === userId && rights.has('listen')) return;
    try {
      const assignee: Actor = { kind: 'user', id: userId, admin: false };
      await this.directory.require({ tenantId, actor: assignee }, message.mailboxId, 'listen');
    } catch (error) {
      throw error instanceof DomainError ? assigneeWithoutAccess(userId) : error;
    }
  }
}
