import { type CallContext, mailboxCommands as commands } from '@aftertone/contracts';
import { requireKnownToAll } from '@aftertone/event-store';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { OpeningGround } from '../ground/opening-ground.ts';
import { MailboxDesk } from '../mailboxes/mailbox-desk.ts';
import { MessageHolds } from './message-holds.ts';

@Controller()
export class HoldsController {
  private readonly mailboxes: MailboxDesk;
  private readonly messages: MessageHolds;
  private readonly ground: OpeningGround;

  constructor(mailboxes: MailboxDesk, messages: MessageHolds, ground: OpeningGround) {
    this.mailboxes = mailboxes;
    this.messages = messages;
    this.ground = ground;
  }

  @RpcHandler(commands.holdMailbox)
  async holdMailbox(input: CallInput<typeof commands.holdMailbox>, call: CallContext) {
    await this.requireKnown();
    return this.mailboxes.hold(input, call);
  }

  @RpcHandler(commands.endMailboxHold)
  async endMailboxHold(input: CallInput<typeof commands.endMailboxHold>, call: CallContext) {
    return this.mailboxes.endHold(input, call);
  }

  @RpcHandler(commands.holdMessage)
  async holdMessage(input: CallInput<typeof commands.holdMessage>, call: CallContext) {
    await this.requireKnown();
    return this.messages.hold(input, call);
  }

  @RpcHandler(commands.endMessageHold)
  async endMessageHold(input: CallInput<typeof commands.endMessageHold>, call: CallContext) {
    return this.messages.end(input, call);
  }

  /** The version before would purge what is held, and cannot load a message that is. */
  private requireKnown(): Promise<void> {
    return requireKnownToAll(this.ground.store, 'MessageHeld');
  }
}
