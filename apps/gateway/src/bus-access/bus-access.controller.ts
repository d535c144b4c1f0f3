import { Controller, Inject } from '@nestjs/common';
import { tokenOf } from '../access/token-of.ts';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { busAccessRoutes as routes } from './bus-access.routes.ts';
import { BusAccess } from './bus-access.ts';

type Connect = typeof routes.connect;

@Controller()
export class BusAccessController {
  private readonly access: BusAccess;

  constructor(@Inject(BusAccess) access: BusAccess) {
    this.access = access;
  }

  @Endpoint(routes.connect)
  async connect({ session, request }: Call<Connect>): Promise<Answer<Connect>> {
    const { subjects, ...rest } = await this.access.register(session, tokenOf(request.headers));
    return { ...rest, subjects: { allow: [...subjects.allow], deny: [...subjects.deny] } };
  }
}
