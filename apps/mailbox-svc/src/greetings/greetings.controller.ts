import { type CallContext, mailboxCommands as commands, mailboxQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { GreetingDesk } from './greeting-desk.ts';

@Controller()
export class GreetingsController {
  private readonly desk: GreetingDesk;

  constructor(desk: GreetingDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.recordGreeting)
  async record(input: CallInput<typeof commands.recordGreeting>, call: CallContext) {
    return this.desk.record(input, call);
  }

  @RpcHandler(commands.copyGreeting)
  async copy(input: CallInput<typeof commands.copyGreeting>, call: CallContext) {
    return this.desk.copy(input, call);
  }

  @RpcHandler(commands.restoreGreeting)
  async restore(input: CallInput<typeof commands.restoreGreeting>, call: CallContext) {
    return this.desk.restore(input, call);
  }

  @RpcHandler(commands.removeGreeting)
  async remove(input: CallInput<typeof commands.removeGreeting>, call: CallContext) {
    return this.desk.remove(input, call);
  }

  @RpcHandler(commands.scheduleGreeting)
  async schedule(input: CallInput<typeof commands.scheduleGreeting>, call: CallContext) {
    return this.desk.schedule(input, call);
  }

  @RpcHandler(commands.forgetGreetingRecording)
  async forget(input: CallInput<typeof commands.forgetGreetingRecording>, call: CallContext) {
    return this.desk.forget(input, call);
  }

  @RpcHandler(queries.listGreetings)
  async list({ id }: CallInput<typeof queries.listGreetings>, call: CallContext) {
    return this.desk.list(id, call);
  }

  @RpcHandler(queries.getGreeting)
  async get(input: CallInput<typeof queries.getGreeting>, call: CallContext) {
    return this.desk.get(input, call);
  }

  @RpcHandler(queries.listGreetingRecordings)
  async recordings(input: CallInput<typeof queries.listGreetingRecordings>, call: CallContext) {
    return this.desk.recordings(input, call);
  }

  @RpcHandler(queries.activeGreeting)
  async active(input: CallInput<typeof queries.activeGreeting>, call: CallContext) {
    return this.desk.active(input, call);
  }
}
