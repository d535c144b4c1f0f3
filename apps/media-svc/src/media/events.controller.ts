import { type CallContext, mediaQueries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { Replay } from './replay.ts';

@Controller()
export class EventsController {
  private readonly replay: Replay;

  constructor(replay: Replay) {
    this.replay = replay;
  }

  @RpcHandler(mediaQueries.events)
  async events(input: z.output<typeof mediaQueries.events.input>, call: CallContext) {
    return this.replay.page(input, call.tenantId);
  }
}
