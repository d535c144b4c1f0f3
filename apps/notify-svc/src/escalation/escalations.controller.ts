import { type CallContext, escalationCommands as commands, escalationQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { EscalationDesk } from './escalation-desk.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

@Controller()
export class EscalationsController {
  private readonly desk: EscalationDesk;

  constructor(desk: EscalationDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.acknowledgeMessage)
  async acknowledge({ messageId }: Input<typeof commands.acknowledgeMessage>, call: CallContext) {
    await this.desk.acknowledge(messageId, call);
    return {};
  }

  @RpcHandler(queries.getEscalation)
  read({ messageId }: Input<typeof queries.getEscalation>, { tenantId }: CallContext) {
    return this.desk.read(tenantId, messageId);
  }
}
