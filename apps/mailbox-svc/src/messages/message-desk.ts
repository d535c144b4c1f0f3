import type { CallContext, MessageItem, mailboxCommands, Right } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { rightsOfAdministrator } from '../access/rights.ts';
import { type CallInput, metaOf, onceMaking } from '../calls/request.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import type { MailboxDirectory } from '../mailboxes/directory/mailbox.query.ts';
import { FirstAnswers } from './first-answers.ts';
import { refuseExternal } from './forwarding/refuse-external.ts';
import { onMailboxGuard } from './guards.ts';
import { handleMessage } from './handle-message.ts';
import { type FoundMessage, factsOf } from './inbox/found-message.ts';
import type { MessageInbox } from './inbox/message.query.ts';
import { itemAfter } from './item.ts';
import { messageAggregate } from './message.aggregate.ts';
import { messageNotFound } from './message.decider.ts';

/**
 * What people with the right to it do with a message that is there. Every method answers `message-not-found` to whom the
 * mailbox does not exist for, and `right-required` to whom it does without the right. Where messages are kept elsewhere,
 * those that are here are hidden from everybody, and none can be moved or copied there (`mailbox-external`).
 */
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
    const found = await this.find(id, call, 'deposit');
    const recording = { voice, storedAt, maxMessageSeconds: found.quota.maxMessageSeconds };
    const { rights, emptyMessages } = found;
    const data = { mailboxId: found.message.mailboxId, recording, rights, emptyMessages };
    const command = { type: 'AttachAudio', data, meta: commandMeta(this.ground) } as const;
    const handled = await handleMessage(this.ground, { id, command, ifVersion }, call);
    return itemAfter(handled, { ...found, tenantId: call.tenantId, id });
  }

  /** What right it takes depends on what changes; the answer is the message, so to listen is always part of it. */
  async change(input: CallInput<typeof mailboxCommands.changeMessage>, call: CallContext): Promise<MessageItem> {
    const { id, changes, ifVersion } = input;
    const found = await this.find(id, call, 'listen');
    const { viewer, rights, message } = found;
    const data = { mailboxId: message.mailboxId, changes, viewer, rights };
    const command = { type: 'ChangeMessage', data, meta: commandMeta(this.ground) } as const;
    const handled = await handleMessage(this.ground, { id, command, ifVersion }, call);
    return itemAfter(handled, { ...found, tenantId: call.tenantId, id });
  }

  /** Only to where the actor may put messages. */
  async move(input: CallInput<typeof mailboxCommands.moveMessage>, call: CallContext): Promise<MessageItem> {
    const { id, mailboxId: toMailboxId, ifVersion } = input;
    const { message, viewer } = await this.find(id, call, 'move');
    const target = await this.directory.require(call, toMailboxId, 'deposit');
    refuseExternal(target);
    const { quota, accessType } = target;
    const { maxMessageSeconds } = quota;
    const data = { mailboxId: message.mailboxId, toMailboxId, maxMessageSeconds };
    const command = { type: 'MoveMessage', data, meta: commandMeta(this.ground) } as const;
    const handled = await handleMessage(this.ground, { id, command, ifVersion }, call);
    return itemAfter(handled, { tenantId: call.tenantId, id, accessType, viewer });
  }

  async copy(input: CallInput<typeof mailboxCommands.copyMessage>, call: CallContext): Promise<MessageItem> {
    const { id: copiedFrom, copyId: id, mailboxId } = input;
    const { store } = this.ground;
    const once = onceMaking(call, id);
    const earlier = once.dedup && (await store.findRepeated(call.tenantId, once.dedup));
    if (earlier) return this.firstAnswers.to(earlier.result, call);
    const { message, viewer } = await this.find(copiedFrom, call, 'move');
    const target = await this.directory.require(call, mailboxId, 'deposit');
    refuseExternal(target);
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
    return itemAfter(handled, { tenantId, id, accessType: target.accessType, viewer });
  }

  async delete({ id, ifVersion }: CallInput<typeof mailboxCommands.deleteMessage>, call: CallContext): Promise<void> {
    const { message } = await this.find(id, call, 'delete', { deleted: true });
    const data = { mailboxId: message.mailboxId };
    const command = { type: 'DeleteMessage', data, meta: commandMeta(this.ground) } as const;
    await handleMessage(this.ground, { id, command, ifVersion }, call);
  }

  async restore(
    { id, ifVersion }: CallInput<typeof mailboxCommands.restoreMessage>,
    call: CallContext,
  ): Promise<MessageItem> {
    const found = await this.find(id, call, 'restore', { deleted: true });
    const data = { mailboxId: found.message.mailboxId };
    const command = { type: 'RestoreMessage', data, meta: commandMeta(this.ground) } as const;
    const handled = await handleMessage(this.ground, { id, command, ifVersion }, call);
    return itemAfter(handled, { ...found, tenantId: call.tenantId, id });
  }

  async purge(id: string, call: CallContext): Promise<void> {
    const data = { mailboxId: await this.mailboxForPurge(id, call) };
    const command = { type: 'PurgeMessage', data, meta: commandMeta(this.ground) } as const;
    await handleMessage(this.ground, { id, command }, call);
  }

  /** The row ends with the purge, but who repeats a purge is not told that there never was a message. */
  private async mailboxForPurge(id: string, call: CallContext): Promise<string> {
    try {
      return (await this.find(id, call, 'delete', { deleted: true })).message.mailboxId;
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'not-found') throw error;
      const { state } = await this.ground.store.load(messageAggregate, call.tenantId, id);
      if (state.status !== 'purged') throw error;
      // Administrators also where the mailbox is closed and gone since.
      const asAdministrator = rightsOfAdministrator(call.actor, state.mailboxId).has('delete');
      if (!asAdministrator) await this.requireDelete(state.mailboxId, call);
      return state.mailboxId;
    }
  }

  private async requireDelete(mailboxId: string, call: CallContext): Promise<void> {
    try {
      await this.directory.require(call, mailboxId, 'delete');
    } catch (error) {
      throw error instanceof DomainError && error.kind === 'not-found' ? messageNotFound() : error;
    }
  }

  private find(id: string, call: CallContext, right: Right, which = { deleted: false }): Promise<FoundMessage> {
    return this.inbox.require(call, id, { ...which, right });
  }
}
