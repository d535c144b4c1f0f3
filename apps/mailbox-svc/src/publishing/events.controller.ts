import { type CallContext, mailboxQueries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { Replay } from './replay.ts';

@Controller()
export class EventsController {
  private readonly replay: Replay;

  constructor(replay: Replay) {
    this.replay = replay;
  }

  @RpcHandler(mailboxQueries.events)
  async events(input: CallInput<typeof mailboxQueries.events>, call: CallContext) {
    return this.replay.page(input, call.tenantId);
  }
}
