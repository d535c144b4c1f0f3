import { type CallContext, promptCommands as commands, promptQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { PromptDesk } from './prompt-desk.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

@Controller()
export class PromptsController {
  private readonly desk: PromptDesk;

  constructor(desk: PromptDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.replacePrompt)
  async replace(input: Input<typeof commands.replacePrompt>, call: CallContext) {
    return this.desk.replace(input, call);
  }

  @RpcHandler(commands.resetPrompt)
  async reset(input: Input<typeof commands.resetPrompt>, call: CallContext) {
    await this.desk.reset(input, call);
    return {};
  }

  @RpcHandler(queries.getPrompt)
  async get(input: Input<typeof queries.getPrompt>, call: CallContext) {
    return this.desk.get(input, call);
  }

  @RpcHandler(queries.listPrompts)
  async list({ language }: Input<typeof queries.listPrompts>, call: CallContext) {
    return { items: await this.desk.list(language, call) };
  }

  @RpcHandler(queries.requirePrompt)
  async require(input: Input<typeof queries.requirePrompt>, call: CallContext) {
    this.desk.require(input, call);
    return {};
  }
}
