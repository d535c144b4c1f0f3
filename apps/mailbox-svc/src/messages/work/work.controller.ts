import { type CallContext, mailboxCommands as commands } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../../calls/request.ts';
import { WorkDesk } from './work-desk.ts';

@Controller()
export class WorkController {
  private readonly desk: WorkDesk;

  constructor(desk: WorkDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.claimMessage)
  async claim(input: CallInput<typeof commands.claimMessage>, call: CallContext) {
    return this.desk.claim(input, call);
  }

  @RpcHandler(commands.assignMessage)
  async assign(input: CallInput<typeof commands.assignMessage>, call: CallContext) {
    return this.desk.assign(input, call);
  }

  @RpcHandler(commands.releaseMessage)
  async release(input: CallInput<typeof commands.releaseMessage>, call: CallContext) {
    return this.desk.release(input, call);
  }

  @RpcHandler(commands.finishMessage)
  async finish(input: CallInput<typeof commands.finishMessage>, call: CallContext) {
    return this.desk.finish(input, call);
  }
}
