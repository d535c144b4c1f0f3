import { type TemplateKey, templateCommands, templateKey, templateQueries } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import { templateRoutes as routes } from './template.routes.ts';

type Routes = typeof routes;

const keyOf = (call: Pick<Call, 'param'>): TemplateKey =>
  templateKey.parse({ kind: call.param('kind'), language: call.param('language') });

@Controller()
export class TemplatesController {
  private readonly calls: ServiceCalls;

  constructor(@Inject(ServiceCalls) calls: ServiceCalls) {
    this.calls = calls;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(templateQueries.listTemplates, call.query, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(templateQueries.getTemplate, keyOf(call), call);
  }

  @Endpoint(routes.set)
  set(call: Call<Routes['set']>): Promise<Answer<Routes['set']>> {
    const { body: content, ifVersion } = call;
    return this.calls.send(templateCommands.setTemplate, { ...keyOf(call), content, ifVersion }, call);
  }

  @Endpoint(routes.remove)
  async remove(call: Call<Routes['remove']>): Promise<void> {
    await this.calls.send(templateCommands.removeTemplate, { ...keyOf(call), ifVersion: call.ifVersion }, call);
  }

  @Endpoint(routes.preview)
  preview(call: Call<Routes['preview']>): Promise<Answer<Routes['preview']>> {
    const { template: content, facts } = call.body;
    return this.calls.send(templateQueries.previewTemplate, { ...keyOf(call), content, facts }, call);
  }
}
