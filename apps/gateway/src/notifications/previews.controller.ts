import { deliveryQueries, mailboxQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { previewRoutes as routes } from './preview.routes.ts';

type Routes = typeof routes;

@Controller()
export class PreviewsController {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  @Endpoint(routes.preview)
  async preview(call: Call<Routes['preview']>): Promise<Answer<Routes['preview']>> {
    const { id: mailboxId, body: message } = call;
    // notify-svc knows nothing of rights.
    await this.calls.send(mailboxQueries.requireRight, { id: mailboxId, right: 'settings' }, call);
    return this.calls.send(deliveryQueries.previewNotifications, { mailboxId, message }, call);
  }
}
