import { bounceBytes, deliveryCommands } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { bounceRoutes as routes } from './bounce.routes.ts';

type Routes = typeof routes;

/** The beginning of a mail; the rest, the e-mail that came back, is read and left alone: a pipe must not break. */
const beginningOf = async (mail: AsyncIterable<Buffer>): Promise<Buffer> => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of mail) {
    if (bytes < bounceBytes) kept.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(kept).subarray(0, bounceBytes);
};

@Controller()
export class BouncesController {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  @Endpoint(routes.record)
  async record(call: Call<Routes['record']>): Promise<Answer<Routes['record']>> {
    const mail = await beginningOf(call.request.raw);
    return this.calls.send(deliveryCommands.recordBounce, { mail: mail.toString('base64') }, call);
  }
}
