import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../../http/call.ts';
import { Endpoint } from '../../http/endpoint.ts';
import { serviceTokenRoutes as routes } from './service-token.routes.ts';
import { ServiceTokensQuery } from './service-tokens.query.ts';
import { ServiceTokens } from './service-tokens.ts';

type Routes = typeof routes;

@Controller()
export class ServiceTokensController {
  private readonly tokens: ServiceTokens;
  private readonly query: ServiceTokensQuery;

  constructor(@Inject(ServiceTokens) tokens: ServiceTokens, @Inject(ServiceTokensQuery) query: ServiceTokensQuery) {
    this.tokens = tokens;
    this.query = query;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.query.list(call.session.tenantId, call.query);
  }

  @Endpoint(routes.create)
  create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    return this.tokens.create(call.body, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.query.read(call.session.tenantId, call.id);
  }

  @Endpoint(routes.remove)
  remove(call: Call<Routes['remove']>): Promise<void> {
    return this.tokens.remove(call.id, call);
  }
}
