import type { CallContext, MessageItem, mailboxCommands } from '@aftertone/contracts';
import type { CallInput } from '../calls/request.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import { requirePermission } from '../mailboxes/permission.ts';
import { handleMessage } from '../messages/handle-message.ts';
import type { MessageInbox } from '../messages/inbox/message.query.ts';
import { itemAfter } from '../messages/item.ts';
import type { MessageCommand } from '../messages/message.commands.ts';

type Asked = Pick<CallInput<typeof mailboxCommands.endMessageHold>, 'id' | 'ifVersion'>;
type MakeCommand = (mailboxId: string, meta: MessageCommand['meta']) => MessageCommand;

/** Holds on messages, deleted ones too: administrators begin and end them. */
export class MessageHolds {
  private readonly ground: Ground;
  private readonly inbox: MessageInbox;

  constructor(ground: Ground, inbox: MessageInbox) {
    this.ground = ground;
    this.inbox = inbox;
  }

  /** @throws DomainError `message-not-found`, `administrator-required` */
  async hold(input: CallInput<typeof mailboxCommands.holdMessage>, call: CallContext): Promise<MessageItem> {
    const data = { reason: input.hold.reason, by: call.actor.id };
    return this.handle(input, call, (mailboxId, meta) => ({
      type: 'HoldMessage',
      data: { mailboxId, hold: data },
      meta,
    }));
  }

  /** @throws DomainError `message-not-found`, `administrator-required` */
  async end(input: CallInput<typeof mailboxCommands.endMessageHold>, call: CallContext): Promise<MessageItem> {
    return this.handle(input, call, (mailboxId, meta) => ({ type: 'EndHold', data: { mailboxId }, meta }));
  }

  private async handle({ id, ifVersion }: Asked, call: CallContext, make: MakeCommand): Promise<MessageItem> {
    const found = await this.inbox.require(call, id, { deleted: true, hidden: true, right: 'listen' });
    requirePermission(found.rights, call.actor, 'administer');
    const command = make(found.message.mailboxId, commandMeta(this.ground));
    const handled = await handleMessage(this.ground, { id, command, ifVersion }, call);
    return itemAfter(handled, { ...found, tenantId: call.tenantId, id });
  }
}
