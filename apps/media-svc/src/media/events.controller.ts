import { type CallContext, mediaQueries } from '@aftertone/contracts';
import { Publisher, replay } from '@aftertone/event-store';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { OpeningGround } from '../ground/opening-ground.ts';

@Controller()
export class EventsController {
  private readonly ground: OpeningGround;
  private readonly publisher: Publisher;

  constructor(ground: OpeningGround, publisher: Publisher) {
    this.ground = ground;
    this.publisher = publisher;
  }

  @RpcHandler(mediaQueries.events)
  async events(input: z.output<typeof mediaQueries.events.input>, { tenantId }: CallContext) {
    return replay(this.ground.store.log, this.publisher, { tenantId, ...input });
  }
}
