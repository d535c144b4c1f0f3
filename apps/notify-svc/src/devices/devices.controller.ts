import { type CallContext, deviceCommands as commands, deviceQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { DeviceDesk } from './device-desk.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

@Controller()
export class DevicesController {
  private readonly desk: DeviceDesk;

  constructor(desk: DeviceDesk) {
    this.desk = desk;
  }

  @RpcHandler(commands.registerDevice)
  register(input: Input<typeof commands.registerDevice>, call: CallContext) {
    return this.desk.register(input, call);
  }

  @RpcHandler(commands.removeDevice)
  async remove(input: Input<typeof commands.removeDevice>, call: CallContext) {
    await this.desk.remove(input, call);
    return {};
  }

  @RpcHandler(queries.listDevices)
  list(input: Input<typeof queries.listDevices>, call: CallContext) {
    return this.desk.list(input, call);
  }

  @RpcHandler(queries.vapidKey)
  async vapidKey() {
    return this.desk.vapidKey();
  }
}
