import { type CallContext, templateCommands as commands, templateQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { TemplateDesk } from './template-desk.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

@Controller()
export class TemplatesController {
  private readonly desk: TemplateDesk;

  constructor(desk: TemplateDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.setTemplate)
  set(input: Input<typeof commands.setTemplate>, call: CallContext) {
    return this.desk.set(input, call);
  }

  @RpcHandler(commands.removeTemplate)
  async remove(input: Input<typeof commands.removeTemplate>, call: CallContext) {
    await this.desk.remove(input, call);
    return {};
  }

  @RpcHandler(queries.getTemplate)
  get(input: Input<typeof queries.getTemplate>, call: CallContext) {
    return this.desk.get(input, call);
  }

  @RpcHandler(queries.listTemplates)
  list(input: Input<typeof queries.listTemplates>, call: CallContext) {
    return this.desk.list(input, call);
  }

  @RpcHandler(queries.previewTemplate)
  preview(input: Input<typeof queries.previewTemplate>, call: CallContext) {
    return this.desk.preview(input, call);
  }
}
