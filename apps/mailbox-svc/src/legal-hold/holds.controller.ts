import { type CallContext, mailboxCommands as commands } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { MailboxDesk } from '../mailboxes/mailbox-desk.ts';
import { MessageHolds } from './message-holds.ts';

@Controller()
export class HoldsController {
  private readonly mailboxes: MailboxDesk;
  private readonly messages: MessageHolds;

  constructor(mailboxes: MailboxDesk, messages: MessageHolds) {
    this.mailboxes = mailboxes;
    this.messages = messages;
  }

  @RpcHandler(commands.holdMailbox)
  async holdMailbox(input: CallInput<typeof commands.holdMailbox>, call: CallContext) {
    return this.mailboxes.hold(input, call);
  }

  @RpcHandler(commands.endMailboxHold)
  async endMailboxHold({ id }: CallInput<typeof commands.endMailboxHold>, call: CallContext) {
    return this.mailboxes.endHold(id, call);
  }

  @RpcHandler(commands.holdMessage)
  async holdMessage(input: CallInput<typeof commands.holdMessage>, call: CallContext) {
    return this.messages.hold(input, call);
  }

  @RpcHandler(commands.endMessageHold)
  async endMessageHold({ id }: CallInput<typeof commands.endMessageHold>, call: CallContext) {
    return this.messages.end(id, call);
  }
}
