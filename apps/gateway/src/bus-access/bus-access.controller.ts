import { Controller, Inject } from '@nestjs/common';
import { tokenOf } from '../access/token-of.ts';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { Directory } from '../identity/directory.ts';
import { AccessToBuses } from './access-to-buses.ts';
import { busAccessRoutes as routes } from './bus-access.routes.ts';

type Connect = typeof routes.connect;

@Controller()
export class BusAccessController {
  private readonly access: AccessToBuses;
  private readonly directory: Directory;

  constructor(@Inject(AccessToBuses) access: AccessToBuses, @Inject(Directory) directory: Directory) {
    this.access = access;
    this.directory = directory;
  }

  @Endpoint(routes.connect)
  async connect({ session, request }: Call<Connect>): Promise<Answer<Connect>> {
    // What the log-in may read is of the token's own tenant, in whatever tenant the request acts.
    const { tenantId, homeTenantId } = session;
    const cell = tenantId === homeTenantId ? session.cell : await this.directory.cellOf(homeTenantId);
    const { subjects, ...rest } = await this.access.register(cell, session, tokenOf(request.headers));
    return { ...rest, subjects: { allow: [...subjects.allow], deny: [...subjects.deny] } };
  }
}
