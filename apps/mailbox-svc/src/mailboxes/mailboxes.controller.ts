import { type CallContext, mailboxCommands as commands, mailboxQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { MailboxDesk } from './mailbox-desk.ts';
import { Pins } from './pin/pins.ts';

@Controller()
export class MailboxesController {
  private readonly desk: MailboxDesk;
  private readonly pins: Pins;

  constructor(desk: MailboxDesk, pins: Pins) {
    this.desk = desk;
    this.pins = pins;
  }

  @RpcHandler(commands.createMailbox)
  async create(input: CallInput<typeof commands.createMailbox>, call: CallContext) {
    return this.desk.create(input, call);
  }

  @RpcHandler(commands.changeMailbox)
  async change(input: CallInput<typeof commands.changeMailbox>, call: CallContext) {
    return this.desk.change(input, call);
  }

  @RpcHandler(commands.closeMailbox)
  async close(input: CallInput<typeof commands.closeMailbox>, call: CallContext) {
    await this.desk.close(input, call);
    return {};
  }

  @RpcHandler(commands.setPin)
  async setPin({ id, pin }: CallInput<typeof commands.setPin>, call: CallContext) {
    await this.pins.set(id, pin, call);
    return {};
  }

  @RpcHandler(commands.removePin)
  async removePin({ id }: CallInput<typeof commands.removePin>, call: CallContext) {
    await this.pins.remove(id, call);
    return {};
  }

  @RpcHandler(commands.verifyPin)
  async verifyPin({ id, pin }: CallInput<typeof commands.verifyPin>, call: CallContext) {
    return { verified: await this.pins.verify(id, pin, call) };
  }

  @RpcHandler(queries.getMailbox)
  async get({ id }: CallInput<typeof queries.getMailbox>, call: CallContext) {
    return this.desk.get(id, call);
  }

  @RpcHandler(queries.requireRight)
  async requireRight({ id, right }: CallInput<typeof queries.requireRight>, call: CallContext) {
    await this.desk.requireRight(id, right, call);
    return {};
  }

  @RpcHandler(queries.listMailboxes)
  async list(input: CallInput<typeof queries.listMailboxes>, call: CallContext) {
    return this.desk.list(input, call);
  }

  @RpcHandler(queries.getCounts)
  async counts({ id }: CallInput<typeof queries.getCounts>, call: CallContext) {
    return this.desk.counts(id, call);
  }

  @RpcHandler(queries.depositHint)
  async depositHint({ mailboxId }: CallInput<typeof queries.depositHint>, call: CallContext) {
    return this.desk.depositHint(mailboxId, call);
  }
}
