import { mailboxQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import { Cells } from '../cells/cells.ts';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import type { StreamAnswer } from '../http/stream-answer.ts';
import { audioRoutes as routes } from './audio.routes.ts';
import { Deposits } from './deposits.ts';
import { idempotencyKeyOf } from './idempotency.ts';
import { play } from './media/playback.ts';

type Routes = typeof routes;

@Controller()
export class AudioController {
  private readonly calls: ServiceCalls;
  private readonly deposits: Deposits;
  private readonly cells: Cells;

  constructor(
    @Inject(ServiceCalls) calls: ServiceCalls,
    @Inject(Deposits) deposits: Deposits,
    @Inject(Cells) cells: Cells,
  ) {
    this.calls = calls;
    this.deposits = deposits;
    this.cells = cells;
  }

  @Endpoint(routes.deposit)
  deposit(call: Call<Routes['deposit']>): Promise<Answer<Routes['deposit']>> {
    const { id: mailboxId, request } = call;
    const idempotencyKey = idempotencyKeyOf(request);
    return this.deposits.deposit({ mailboxId, upload: request.raw, idempotencyKey }, call);
  }

  @Endpoint(routes.attach)
  attach(call: Call<Routes['attach']>): Promise<Answer<Routes['attach']>> {
    const { id: messageId, ifVersion, request } = call;
    return this.deposits.attach({ messageId, upload: request.raw, ifVersion }, call);
  }

  @Endpoint(routes.play)
  async play(call: Call<Routes['play']>): Promise<StreamAnswer> {
    const message = await this.calls.send(mailboxQueries.getMessage, { id: call.id }, call);
    const { media } = this.cells.of(call.session.cell);
    return play(media, message, call, call.query);
  }
}
