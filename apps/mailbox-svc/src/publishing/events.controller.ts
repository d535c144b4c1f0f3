import { type CallContext, mailboxQueries } from '@aftertone/contracts';
import { Publisher, replay } from '@aftertone/event-store';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { OpeningGround } from '../ground/opening-ground.ts';

@Controller()
export class EventsController {
  private readonly ground: OpeningGround;
  private readonly publisher: Publisher;

  constructor(ground: OpeningGround, publisher: Publisher) {
    this.ground = ground;
    this.publisher = publisher;
  }

  @RpcHandler(mailboxQueries.events)
  async events(input: CallInput<typeof mailboxQueries.events>, { tenantId }: CallContext) {
    return replay(this.ground.store.log, this.publisher, { tenantId, ...input });
  }
}
