import type { CallContext, MessageItem, mailboxCommands } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { rightsOn } from '../access/rights.ts';
import { type CallInput, metaOf, onceMaking } from '../calls/request.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import type { MailboxDirectory } from '../mailboxes/directory/mailbox.query.ts';
import { accessOf } from '../mailboxes/mailbox.ts';
import { FirstAnswers } from './first-answers.ts';
import { onMailboxGuard } from './guards.ts';
import { type FoundMessage, factsOf, type MessageInbox } from './inbox/message.query.ts';
import { itemAfter } from './item.ts';
import { messageAggregate } from './message.aggregate.ts';
import { type MessageCommand, messageNotFound } from './message.decider.ts';

/** What people with the right to it do with a message that is there. Every method answers `message-not-found` to others. */
export class MessageDesk {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;
  private readonly inbox: MessageInbox;
  private readonly firstAnswers: FirstAnswers;

  constructor(ground: Ground, directory: MailboxDirectory, inbox: MessageInbox) {
    this.ground = ground;
    this.directory = directory;
    this.inbox = inbox;
    this.firstAnswers = new FirstAnswers(ground, directory);
  }

  async attach(input: CallInput<typeof mailboxCommands.attachAudio>, call: CallContext): Promise<MessageItem> {
    const { id, voice, storedAt, ifVersion } = input;
    const { message, access, quota } = await this.find(id, call);
    const recording = { voice, storedAt, maxMessageSeconds: quota.maxMessageSeconds };
    const data = { mailboxId: message.mailboxId, recording };
    const handled = await this.handle(
      id,
      { type: 'AttachAudio', data, meta: commandMeta(this.ground) },
      call,
      ifVersion,
    );
    return itemAfter(handled, { tenantId: call.tenantId, id }, access.type);
  }

  async change(input: CallInput<typeof mailboxCommands.changeMessage>, call: CallContext): Promise<MessageItem> {
    const { id, changes, ifVersion } = input;
    const { message, access } = await this.find(id, call);
    const data = { mailboxId: message.mailboxId, changes };
    const handled = await this.handle(
      id,
      { type: 'ChangeMessage', data, meta: commandMeta(this.ground) },
      call,
      ifVersion,
    );
    return itemAfter(handled, { tenantId: call.tenantId, id }, access.type);
  }

  /** Only to where the actor may put messages. */
  async move(input: CallInput<typeof mailboxCommands.moveMessage>, call: CallContext): Promise<MessageItem> {
    const { id, mailboxId: toMailboxId, ifVersion } = input;
    const { message } = await this.find(id, call);
    const target = await this.directory.require(call, toMailboxId, 'messages');
    const { maxMessageSeconds } = target.quota;
    const data = { mailboxId: message.mailboxId, toMailboxId, maxMessageSeconds };
    const handled = await this.handle(
      id,
      { type: 'MoveMessage', data, meta: commandMeta(this.ground) },
      call,
      ifVersion,
    );
    return itemAfter(handled, { tenantId: call.tenantId, id }, target.accessType);
  }

  async copy(input: CallInput<typeof mailboxCommands.copyMessage>, call: CallContext): Promise<MessageItem> {
    const { id: copiedFrom, copyId: id, mailboxId } = input;
    const { store } = this.ground;
    const once = onceMaking(call, id);
    const earlier = once.dedup && (await store.findRepeated(call.tenantId, once.dedup));
    if (earlier) return this.firstAnswers.to(earlier.result, call);
    const { message } = await this.find(copiedFrom, call);
    const target = await this.directory.require(call, mailboxId, 'messages');
    const { tenantId } = call;
    const handled = await store.handle(messageAggregate, {
      tenantId,
      id,
      command: {
        type: 'CopyMessage',
        data: { mailboxId, copiedFrom, ...factsOf(message), maxMessageSeconds: target.quota.maxMessageSeconds },
        meta: commandMeta(this.ground),
      },
      meta: metaOf(call),
      isNew: true,
      onGuard: onMailboxGuard,
      ...once,
    });
    if (handled.repeated) return this.firstAnswers.to(handled.result, call);
    return itemAfter(handled, { tenantId, id }, target.accessType);
  }

  async delete({ id, ifVersion }: CallInput<typeof mailboxCommands.deleteMessage>, call: CallContext): Promise<void> {
    const { message } = await this.find(id, call, { deleted: true });
    const data = { mailboxId: message.mailboxId };
    await this.handle(id, { type: 'DeleteMessage', data, meta: commandMeta(this.ground) }, call, ifVersion);
  }

  async restore(id: string, call: CallContext): Promise<MessageItem> {
    const { message, access } = await this.find(id, call, { deleted: true });
    const data = { mailboxId: message.mailboxId };
    const handled = await this.handle(id, { type: 'RestoreMessage', data, meta: commandMeta(this.ground) }, call);
    return itemAfter(handled, { tenantId: call.tenantId, id }, access.type);
  }

  async purge(id: string, call: CallContext): Promise<void> {
    const mailboxId = await this.mailboxForPurge(id, call);
    await this.handle(id, { type: 'PurgeMessage', data: { mailboxId }, meta: commandMeta(this.ground) }, call);
  }

  /** The row ends with the purge, but who repeats a purge is not told that there never was a message. */
  private async mailboxForPurge(id: string, call: CallContext): Promise<string> {
    try {
      return (await this.find(id, call, { deleted: true })).message.mailboxId;
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'not-found') throw error;
      const { state } = await this.ground.store.load(messageAggregate, call.tenantId, id);
      if (state.status !== 'purged') throw error;
      const mailbox = await this.directory.find(call.tenantId, state.mailboxId);
      const may = call.actor.admin || (mailbox !== null && rightsOn(call.actor, accessOf(mailbox)).messages);
      if (!may) throw messageNotFound();
      return state.mailboxId;
    }
  }

  private find(id: string, call: CallContext, which = { deleted: false }): Promise<FoundMessage> {
    return this.inbox.require(call, id, which);
  }

  private handle(id: string, command: MessageCommand, call: CallContext, ifVersion?: number) {
    return this.ground.store.handle(messageAggregate, {
      tenantId: call.tenantId,
      id,
      command,
      meta: metaOf(call),
      onGuard: onMailboxGuard,
      ...(ifVersion !== undefined && { expectedVersion: ifVersion }),
    });
  }
}
