import { type CallContext, deliveryCommands as commands } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { BounceDesk } from './bounce-desk.ts';

@Controller()
export class BouncesController {
  private readonly desk: BounceDesk;

  constructor(desk: BounceDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.recordBounce)
  async record({ mail }: z.output<typeof commands.recordBounce.input>, _call: CallContext) {
    return { outcome: await this.desk.take({ mail: Buffer.from(mail, 'base64') }) };
  }
}
