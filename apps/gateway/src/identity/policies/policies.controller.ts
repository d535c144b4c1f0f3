import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../../http/call.ts';
import { Endpoint } from '../../http/endpoint.ts';
import { PoliciesQuery } from './policies.query.ts';
import { Policies } from './policies.ts';
import { policyRoutes as routes } from './policy.routes.ts';

type Routes = typeof routes;

@Controller()
export class PoliciesController {
  private readonly policies: Policies;
  private readonly query: PoliciesQuery;

  constructor(@Inject(Policies) policies: Policies, @Inject(PoliciesQuery) query: PoliciesQuery) {
    this.policies = policies;
    this.query = query;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.query.list(call.session.tenantId, call.query);
  }

  @Endpoint(routes.create)
  create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    return this.policies.create(call.body, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.query.read(call.session.tenantId, call.id);
  }

  @Endpoint(routes.change)
  change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    return this.policies.change(call, call.body, call);
  }

  @Endpoint(routes.remove)
  remove(call: Call<Routes['remove']>): Promise<void> {
    return this.policies.remove(call, call);
  }
}
