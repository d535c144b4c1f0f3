import { type CallContext, gatewayCommands as commands, gatewayQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { GatewayDesk } from './gateway-desk.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

@Controller()
export class GatewaysController {
  private readonly desk: GatewayDesk;

  constructor(desk: GatewayDesk) {
    this.desk = desk;
  }

  @RpcHandler(queries.getSmsGateway)
  sms(_input: Input<typeof queries.getSmsGateway>, call: CallContext) {
    return this.desk.sms(call);
  }

  @RpcHandler(commands.setSmsGateway)
  setSms(input: Input<typeof commands.setSmsGateway>, call: CallContext) {
    return this.desk.setSms(input, call);
  }

  @RpcHandler(commands.removeSmsGateway)
  async removeSms(input: Input<typeof commands.removeSmsGateway>, call: CallContext) {
    await this.desk.removeSms(input, call);
    return {};
  }

  @RpcHandler(commands.testSmsGateway)
  testSms(input: Input<typeof commands.testSmsGateway>, call: CallContext) {
    return this.desk.testSms(input, call);
  }

  @RpcHandler(queries.getFaxGateway)
  fax(_input: Input<typeof queries.getFaxGateway>, call: CallContext) {
    return this.desk.fax(call);
  }

  @RpcHandler(commands.setFaxGateway)
  setFax(input: Input<typeof commands.setFaxGateway>, call: CallContext) {
    return this.desk.setFax(input, call);
  }

  @RpcHandler(commands.removeFaxGateway)
  async removeFax(input: Input<typeof commands.removeFaxGateway>, call: CallContext) {
    await this.desk.removeFax(input, call);
    return {};
  }
}
