import { rolePolicies } from '@aftertone/contracts';
import { Controller, Inject } from '@nestjs/common';
import { requireOwn } from '../../access/delegation.ts';
import { platformAdministratorRequired, tenantNotFound } from '../../access/refusals.ts';
import type { Session } from '../../access/session.ts';
import type { Answer, Call } from '../../http/call.ts';
import { Endpoint } from '../../http/endpoint.ts';
import { People } from '../../mailboxes/people.ts';
import { Directory } from '../directory.ts';
import { metaOf } from '../event-meta.ts';
import { tenantRoutes as routes } from './tenant.routes.ts';
import { TenantsQuery } from './tenants.query.ts';
import { Tenants } from './tenants.ts';

type Routes = typeof routes;

@Controller()
export class TenantsController {
  private readonly tenants: Tenants;
  private readonly query: TenantsQuery;
  private readonly people: People;
  private readonly directory: Directory;

  constructor(
    @Inject(Tenants) tenants: Tenants,
    @Inject(TenantsQuery) query: TenantsQuery,
    @Inject(People) people: People,
    @Inject(Directory) directory: Directory,
  ) {
    this.tenants = tenants;
    this.query = query;
    this.people = people;
    this.directory = directory;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.query.list(call.session.tenantId, call.query);
  }

  @Endpoint(routes.create)
  async create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    requireOwn(call.session, 'user', rolePolicies.admin);
    if (call.body.cell !== undefined) await this.requirePlatform(call.session);
    return this.tenants.create(call.session.tenantId, call.body, metaOf(call));
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.query.read(call.session.tenantId, call.id);
  }

  @Endpoint(routes.change)
  async change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    const { session, id, body, ifVersion } = call;
    if (id !== session.tenantId && !session.admin) throw tenantNotFound();
    await this.query.read(session.tenantId, id);
    await this.people.checkEscalation(id, body.notify?.escalation);
    await this.tenants.change(id, body, ifVersion, metaOf(call));
    return this.query.read(session.tenantId, id);
  }

  /** Cells are the operator's: whoever administers the first tenant says who lives in which. */
  private async requirePlatform({ homeTenantId }: Session): Promise<void> {
    if (homeTenantId !== (await this.directory.tenantId(undefined))) throw platformAdministratorRequired();
  }
}
