import { type CallContext, mailboxCommands as commands } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { Batches } from './batch.ts';
import { DepositDesk } from './deposit/deposit-desk.ts';
import { MessageDesk } from './message-desk.ts';

@Controller()
export class MessagesController {
  private readonly deposits: DepositDesk;
  private readonly desk: MessageDesk;
  private readonly batches: Batches;

  constructor(deposits: DepositDesk, desk: MessageDesk, batches: Batches) {
    this.deposits = deposits;
    this.desk = desk;
    this.batches = batches;
  }

  @RpcHandler(commands.depositMessage)
  async deposit(input: CallInput<typeof commands.depositMessage>, call: CallContext) {
    return this.deposits.deposit(input, call);
  }

  @RpcHandler(commands.attachAudio)
  async attach(input: CallInput<typeof commands.attachAudio>, call: CallContext) {
    return this.desk.attach(input, call);
  }

  @RpcHandler(commands.changeMessage)
  async change(input: CallInput<typeof commands.changeMessage>, call: CallContext) {
    return this.desk.change(input, call);
  }

  @RpcHandler(commands.moveMessage)
  async move(input: CallInput<typeof commands.moveMessage>, call: CallContext) {
    return this.desk.move(input, call);
  }

  @RpcHandler(commands.copyMessage)
  async copy(input: CallInput<typeof commands.copyMessage>, call: CallContext) {
    return this.desk.copy(input, call);
  }

  @RpcHandler(commands.deleteMessage)
  async delete(input: CallInput<typeof commands.deleteMessage>, call: CallContext) {
    await this.desk.delete(input, call);
    return {};
  }

  @RpcHandler(commands.restoreMessage)
  async restore(input: CallInput<typeof commands.restoreMessage>, call: CallContext) {
    return this.desk.restore(input, call);
  }

  @RpcHandler(commands.purgeMessage)
  async purge({ id }: CallInput<typeof commands.purgeMessage>, call: CallContext) {
    await this.desk.purge(id, call);
    return {};
  }

  @RpcHandler(commands.batchMessages)
  async batch(input: CallInput<typeof commands.batchMessages>, call: CallContext) {
    return { results: await this.batches.run(input, call) };
  }
}
