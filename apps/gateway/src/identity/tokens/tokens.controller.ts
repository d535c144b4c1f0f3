import { rejected } from '@aftertone/kernel';
import { Controller, Inject } from '@nestjs/common';
import { tokenOf } from '../../access/token-of.ts';
import type { Answer, Call } from '../../http/call.ts';
import { Endpoint } from '../../http/endpoint.ts';
import { ServiceTokens } from '../service-tokens/service-tokens.ts';
import { tokenRoutes as routes } from './token.routes.ts';
import { isTokenText } from './token-text.ts';
import { Tokens } from './tokens.ts';

type Routes = typeof routes;

@Controller()
export class TokensController {
  private readonly tokens: Tokens;
  private readonly serviceTokens: ServiceTokens;

  constructor(@Inject(Tokens) tokens: Tokens, @Inject(ServiceTokens) serviceTokens: ServiceTokens) {
    this.tokens = tokens;
    this.serviceTokens = serviceTokens;
  }

  @Endpoint(routes.issue)
  async issue({ body, request, correlationId }: Call<Routes['issue']>): Promise<Answer<Routes['issue']>> {
    const { token, session, expiresAt } = await this.tokens.logIn({ ...body, address: request.ip, correlationId });
    const { tenantId, userId, acl } = session;
    return { token, tenantId, userId, acl: [...acl], expiresAt };
  }

  @Endpoint(routes.revoke)
  async revoke({ request, session, correlationId }: Call<Routes['revoke']>): Promise<void> {
    if (session.kind === 'service') return this.serviceTokens.removeOwn({ session, correlationId });
    const text = tokenOf(request.headers);
    if (!isTokenText(text)) {
      throw rejected('token-of-issuer', 'Another issuer made this token: it is revoked there, or ends by its time.');
    }
    await this.tokens.revoke(text, session, correlationId);
  }
}
