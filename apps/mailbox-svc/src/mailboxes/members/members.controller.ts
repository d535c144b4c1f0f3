import { type CallContext, mailboxCommands as commands, mailboxQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../../calls/request.ts';
import { MemberDesk } from './member-desk.ts';

@Controller()
export class MembersController {
  private readonly desk: MemberDesk;

  constructor(desk: MemberDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.setMember)
  async set(input: CallInput<typeof commands.setMember>, call: CallContext) {
    return this.desk.set(input, call);
  }

  @RpcHandler(commands.removeMember)
  async remove(input: CallInput<typeof commands.removeMember>, call: CallContext) {
    await this.desk.remove(input, call);
    return {};
  }

  @RpcHandler(queries.listMembers)
  async list(input: CallInput<typeof queries.listMembers>, call: CallContext) {
    return this.desk.list(input, call);
  }
}
